select
    account_id as device_id,
    local_date,
    'calories_burned_total' as metric,
    total_energy_kcal as value,
    load_id
from {{ source('google_health', 'daily_total_calories') }}
