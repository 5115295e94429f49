"""views: one module for each page or tab; each has `show(reader, ...)`.

Not called `pages`: Streamlit would take every file of such a folder for a page of its own.
"""
