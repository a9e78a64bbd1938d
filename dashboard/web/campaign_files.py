"""The files of a campaign: the list for the mailing tool, and one page of what came of it for the sales meeting."""

from flask import Flask, Response

from dashboard.access.trail import EXPORT, note
from dashboard.activity.errors import ActivityError
from dashboard.campaigns.files import MEDIA_TYPES, as_csv, as_workbook, mailing_sheet
from dashboard.campaigns.queries import CampaignQueries, CampaignState
from dashboard.display.page_context import PageContext
from dashboard.display.urls import CAMPAIGN_FILES, CAMPAIGNS_PATH
from dashboard.services import newest_context, services
from dashboard.web.sign_in.guard import CAMPAIGN_PAPER


def add_campaign_files(server: Flask, prefix: str) -> None:
    """Add the routes of the files, below the URL prefix."""
    of = f"{prefix.rstrip('/')}{CAMPAIGNS_PATH}/<int:campaign_id>"
    for ending in ("csv", "xlsx"):
        server.add_url_rule(
            f"{of}/{CAMPAIGN_FILES[ending]}", f"campaign_{ending}", send_list, defaults={"ending": ending}
        )


def send_list(campaign_id: int, ending: str) -> Response:
    """Answer with who gets the mail, a row for each product; who is held out is never in it. 404 for no campaign."""
    context, state = _state_of(campaign_id)
    if isinstance(state, Response):
        return state
    sheet = mailing_sheet(context, state)
    said = {"file": f"mailing.{ending}", "version": context.version.id, "campaign": campaign_id}
    note(services().database, EXPORT, f"campaign {campaign_id}", row_count=len(sheet.rows), filter=said)
    content = as_csv(sheet).encode() if ending == "csv" else as_workbook(sheet)
    return _attached(content, MEDIA_TYPES[ending], f"{sheet.name}.{ending}")
