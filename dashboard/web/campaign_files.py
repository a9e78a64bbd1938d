"""The files of a campaign: the list for the mailing tool, and one page of what came of it for the sales meeting."""

from urllib.parse import quote

from flask import Flask, Response

from dashboard.access.trail import EXPORT, note
from dashboard.activity.errors import ActivityError
from dashboard.activity.records import JsonValue
from dashboard.campaigns.files import MEDIA_TYPES, as_csv, as_workbook, mailing_sheet
from dashboard.campaigns.queries import CampaignQueries
from dashboard.display.urls import CAMPAIGN_FILES, CAMPAIGNS_PATH
from dashboard.services import newest_context, services


def add_campaign_files(server: Flask, prefix: str) -> None:
    """Add the routes of the files, below the URL prefix."""
    of = f"{prefix.rstrip('/')}{CAMPAIGNS_PATH}/<int:campaign_id>"
    for ending in ("csv", "xlsx"):
        server.add_url_rule(
            f"{of}/{CAMPAIGN_FILES[ending]}", f"campaign_{ending}", send_list, defaults={"ending": ending}
        )


def send_list(campaign_id: int, ending: str) -> Response:
    """Answer with who gets the mail, a row for each product; who is held out is never in it. 404 for no campaign."""
    context = newest_context()
    if context is None:
        return _plain(503, "There are no data yet, so there is nobody to list.")
    try:
        state = CampaignQueries(context).state(campaign_id)
    except ActivityError as error:
        return _plain(503, str(error))
    if state is None:
        return _plain(404, "There is no such campaign.")
    sheet = mailing_sheet(context, state)
    said: dict[str, JsonValue] = {"file": f"mailing.{ending}", "version": context.version.id, "campaign": campaign_id}
    note(services().database, EXPORT, f"campaign {campaign_id}", row_count=len(sheet.rows), filter=said)
    content = as_csv(sheet).encode() if ending == "csv" else as_workbook(sheet)
    return _attached(content, MEDIA_TYPES[ending], f"{sheet.name}.{ending}")


def _attached(content: bytes, media_type: str, name: str) -> Response:
    """Return a file to be saved; its name may have letters of any script (RFC 6266)."""
    plain = name.encode("ascii", "ignore").decode()
    kept = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
    return Response(content, mimetype=media_type, headers={"Content-Disposition": kept})


def _plain(status: int, text: str) -> Response:
    return Response(f"{text}\n", status=status, mimetype="text/plain")
