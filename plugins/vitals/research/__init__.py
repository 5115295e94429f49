"""research: the views of the research questions -> a plot of each.

`python -m vitals.research` fills a database of its own with synthetic people, builds the star and
the views, draws the plots of docs/research and drops the database.
"""
