"""Where a campaign's customers come from, in words and as a link to the page that shows it."""

from dataclasses import dataclass
from urllib.parse import urlencode

from dashboard.campaigns.errors import CampaignError
from dashboard.campaigns.sources import Source, source_of
from dashboard.display.page_context import PageContext


@dataclass(frozen=True)
class SourceWords:
    """A source as a page names it: `bundle`, `Chai concentrate + Oat drink`, and the address that shows it."""

    kind: str
    title: str
    href: str


def source_words(context: PageContext, query: Source | str) -> SourceWords:
    """Return what a source is called; a bundle or product that the version does not have goes by its number."""
    try:
        source = query if isinstance(query, Source) else source_of(query)
    except CampaignError:
        return SourceWords("", str(query), "")
    links = context.links
    if source.kind == "bundle":
        bundle = context.bundles.get(source.bundle)
        title = bundle.name if bundle else source.bundle
        return SourceWords("bundle", title, links.bundles(bundle.members, source.bundle) if bundle else "")
    if source.kind == "product":
        name = context.products.name(source.product) if context.products.get(source.product) else source.product
        return SourceWords("product", name, links.product(source.product))
    return SourceWords(*_of_groups(source, links.prefix))


def _of_groups(source: Source, prefix: str) -> tuple[str, str, str]:
    """Return kind, title and address of groups of customers."""
    given = ", ".join(one for one in (source.segment, source.region) if one)
    if source.kind == "cells":
        title = ", ".join((*source.cells, *([given] if given else [])))
        return "cells", title, f"{prefix}segments?{urlencode({'cell': ','.join(source.cells)}, safe=',')}"
    if source.kind == "moved":
        title = f"moved from {source.was} to {source.rfm}" if source.was else f"moved to {source.rfm}"
        return "customers who", title, f"{prefix}segments?tab=moves"
    cluster = f"cluster {source.cluster}" if source.cluster else ""
    title = ", ".join(one for one in (source.rfm, cluster, given) if one)
    if source.rfm:
        return "segment", title, f"{prefix}segments?{urlencode({'segment': source.rfm})}"
    if source.cluster:
        return "segment", title, f"{prefix}segments?{urlencode({'by': 'cluster', 'segment': source.cluster})}"
    said = {name: getattr(source, name) for name in ("segment", "region") if getattr(source, name)}
    return "segment", title, f"{prefix}customers?{urlencode(said)}"


def suggested_name(context: PageContext, source: Source) -> str:
    """Return a name for a campaign: what it is from, and the month of today."""
    title = source_words(context, source).title
    if source.kind == "bundle" and (bundle := context.bundles.get(source.bundle)):
        title = " + ".join(part.name.split(",")[0] for part in bundle.parts)  # without the sizes
    short = title if len(title) <= _LONGEST else f"{title[:_LONGEST].rsplit(' ', 1)[0].rstrip(' +,')} and more"
    today = context.desk.today
    return f"{short[:1].upper()}{short[1:]}, {context.formats.month(today, year=True)}"


_LONGEST = 60  # letters of a title in a suggested name
