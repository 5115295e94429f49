{{ samples_with_local_time('movements', [
    'steps',
    'distance_m',
    'floors_climbed',
    'active_energy_kcal',
    'total_energy_kcal'
]) }}
