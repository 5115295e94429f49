"""account_exports: files that providers hand out -> rows of raw.<family>__*.

People and studies get their past from files. A file is recognised by its name and content, never by
the folder it lies in (folders are translated, renamed and nested), and read as a stream. Every
format fills the same five shapes (`shapes`), each family of formats in tables of its own:

    files     archives and folders -> one file after the other, nothing unpacked to disk
    kinds     file -> which reader, or why there is none
    survey    all files of an import -> on which clock its local times were written
    fitbit/ google/ apple/ strava/ garmin/    readers

It is no provider: nothing is fetched, so there is no SPEC and no DAG of its own kind.
"""
