select
    account_id as device_id,
    local_date,
    'calories_burned_active' as metric,
    active_energy_kcal as value,
    load_id
from {{ source('google_health', 'daily_active_energy_burned') }}
