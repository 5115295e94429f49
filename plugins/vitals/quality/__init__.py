"""quality: what dbt's data tests found -> quality.runs, quality.results, and the rows beside them.

Which rows a run looks at, how long what it found is kept. dbt itself is run in
`vitals.orchestration.data_tests`.
"""
