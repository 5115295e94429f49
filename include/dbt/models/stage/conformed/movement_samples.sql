{{ samples_with_local_time('movements', {
    'steps': 'integer',
    'distance_m': 'double precision',
    'floors_climbed': 'double precision',
    'active_energy_kcal': 'double precision',
    'total_energy_kcal': 'double precision'
}) }}
