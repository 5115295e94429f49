select
    metric,
    description,
    statistic,
    time_window,
    unit_ucum as unit,
    loinc_code,
    open_mhealth_schema,
    modality,
    plausible_min,
    plausible_max,
    daily_health_column
from stage.dim_metric
order by metric
