"""Published versions: folders of Parquet tables that never change, how they are written, checked and read.

    <root>/CURRENT                    the id of the version that is served, as text
    <root>/2026-11-16-031022/         one version: manifest.json and a Parquet file a table, sorted by its key
    <root>/.lookup/                   look-up forms, see `lookup.index`: made again whenever they are missing
    <root>/.build.lock .publish.lock  who may build, who may move CURRENT; flock, so they die with their process
    <root>/.staging-*  .removed-*     a version on its way in or out; the next build clears what was left

Whoever reads a version holds a shared flock on its manifest; a version that someone holds is not removed.
"""
