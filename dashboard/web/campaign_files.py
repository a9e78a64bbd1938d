"""The files of a campaign: the list for the mailing tool, and one page of what came of it for the sales meeting."""

from collections.abc import Callable
from urllib.parse import quote

from flask import Flask, Response

from dashboard.activity.errors import ActivityError
from dashboard.campaigns.figures import LARGEST
from dashboard.campaigns.files import MEDIA_TYPES, as_csv, as_workbook, file_stem, mailing_sheet
from dashboard.campaigns.queries import CampaignQueries, CampaignState
from dashboard.display.page_context import PageContext
from dashboard.display.urls import CAMPAIGN_FILES, CAMPAIGNS_PATH
from dashboard.paper.campaign_sheet import campaign_sheet
from dashboard.paper.pdf import PaperError
from dashboard.services import newest_context, services
from dashboard.web.security import PDF
from dashboard.web.sign_in.guard import PAPER


def add_campaign_files(server: Flask, prefix: str) -> None:
    """Add the routes of the files, below the URL prefix."""
    of = f"{prefix.rstrip('/')}{CAMPAIGNS_PATH}/<int:campaign_id>"
    server.add_url_rule(f"{of}/{CAMPAIGN_FILES['csv']}", "campaign_csv", send_csv)
    server.add_url_rule(f"{of}/{CAMPAIGN_FILES['xlsx']}", "campaign_workbook", send_workbook)
    server.add_url_rule(f"{of}/{CAMPAIGN_FILES['pdf']}", PAPER[2], send_result)


def send_csv(campaign_id: int) -> Response:
    """Answer with who gets the mail as CSV; see `_list`."""
    return _list(campaign_id, "csv")


def send_workbook(campaign_id: int) -> Response:
    """Answer with who gets the mail as a workbook; see `_list`."""
    return _list(campaign_id, "xlsx")


def send_result(campaign_id: int) -> Response:
    """Answer with one page of what came of a campaign, as PDF; it names no customer."""
    return _of_campaign(campaign_id, "There are no data yet, so there is nothing to print.", _result)


def _result(context: PageContext, state: CampaignState) -> Response:
    pdf = services().pdf_maker.campaign(campaign_sheet(context, state), context.formats.locale)
    CampaignQueries(context).note_export(state.campaign.id, "campaign-sheet", 0)
    return _named(pdf, PDF, "inline", f"{file_stem(state)}.pdf")


def _list(campaign_id: int, ending: str) -> Response:
    """Answer with who gets the mail, a row for each product; who is held out is never in it. 404 for no campaign."""

    def listed(context: PageContext, state: CampaignState) -> Response:
        sheet = mailing_sheet(context, state)
        CampaignQueries(context).note_export(campaign_id, "campaign", len(sheet.rows))
        content = as_csv(sheet).encode() if ending == "csv" else as_workbook(sheet)
        return _named(content, MEDIA_TYPES[ending], "attachment", f"{sheet.name}.{ending}")

    return _of_campaign(campaign_id, "There are no data yet, so there is nobody to list.", listed)


def _of_campaign(
    campaign_id: int, without_data: str, file_of: Callable[[PageContext, CampaignState], Response]
) -> Response:
    """Answer with a campaign's file, or with why there is none."""
    context = newest_context()
    if context is None:
        return _plain(503, without_data)
    try:
        state = CampaignQueries(context).state(campaign_id) if campaign_id <= LARGEST else None
        return file_of(context, state) if state is not None else _plain(404, "There is no such campaign.")
    except PaperError as error:
        return _plain(500, str(error))
    except ActivityError as error:
        return _plain(503, str(error))


def _named(content: bytes, media_type: str, how: str, name: str) -> Response:
    """Return a file; its name may have letters of any script (RFC 6266).

    how     `attachment` is saved, `inline` shown in a tab
    """
    plain = name.encode("ascii", "ignore").decode()
    kept = f"{how}; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
    return Response(content, mimetype=media_type, headers={"Content-Disposition": kept})


def _plain(status: int, text: str) -> Response:
    return Response(f"{text}\n", status=status, mimetype="text/plain")
