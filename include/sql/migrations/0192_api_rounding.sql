-- How the API answers with means, shares and lengths of time: with two decimals. The tables keep
-- them as they were computed. Through numeric it would take ten times as long.
create function api.rounded(value double precision) returns double precision
language sql immutable parallel safe
return round(value * 100) / 100;
comment on function api.rounded is 'A figure as the health data API answers with it: two decimals.';
