{#-
    What may be published of groups of people, in a CTE with a column `participants`: the groups of at
    least var research_min_people. Where one is smaller, the smallest of the others is left out as
    well (`complement_by`: within each of these), because what is left out could else be found by
    taking what is shown from a known total. What is missing is then always about enough people.
-#}
{% macro enough_people(groups, order_by, complement_by=none) %}
    {% set enough = 'participants >= ' ~ var('research_min_people') %}
    {% set within = complement_by ~ ', ' if complement_by else '' %}
    select *
    from (
        select
            *,
            {{ enough }} as has_enough,
            bool_and({{ enough }}) over (
                {{ 'partition by ' ~ complement_by if complement_by }}
            ) as all_have_enough,
            row_number() over (
                partition by {{ within }}{{ enough }} order by participants, {{ order_by }}
            ) as position_by_size
        from {{ groups }}
    ) as sized
    where has_enough and (all_have_enough or position_by_size > 1)
{% endmacro %}
