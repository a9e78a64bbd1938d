"""Published versions: folders of Parquet tables that never change, how they are written, checked and read.

    <root>/CURRENT                    the id of the version that is served, as text
    <root>/2026-11-16-031022/         one version: manifest.json and a Parquet file a table, sorted by its key
    <root>/.lookup/                   look-up forms, see `lookup/`; made again if they are missing
    <root>/.build.lock .publish.lock  locks (flock) of the one build, and of changes to CURRENT
    <root>/.staging-*  .removed-*     a version being built or removed; the next build removes leftovers

Whoever reads a version holds a shared flock on its manifest; a version that someone holds is not removed.
"""
