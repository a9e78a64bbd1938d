"""Spreadsheets written part by part, as no program would: for what a hand or an attacker does to them."""

import zipfile
from pathlib import Path

_NAMES = "http://schemas.openxmlformats.org"
_TYPES = f"{_NAMES}/package/2006/content-types"
_RELATIONS = f"{_NAMES}/package/2006/relationships"
_MAIN = f"{_NAMES}/spreadsheetml/2006/main"
_OFFICE = f"{_NAMES}/officeDocument/2006/relationships"


def text_cell(place: str, text: str) -> str:
    """Return the XML of a cell with a text, such as `text_cell("A1", "customer_id")`."""
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def write_xlsx(path: Path, rows: str, name: str = "Orders") -> Path:
    """Write an xlsx file of one sheet whose rows are given as XML."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, content in parts(rows, name).items():
            archive.writestr(part, content)
    return path


def parts(rows: str, name: str = "Orders") -> dict[str, str]:
    """Return the parts of an xlsx file by their names in the archive."""
    xml = "application/vnd.openxmlformats"
    return {
        "[Content_Types].xml": f'<Types xmlns="{_TYPES}"><Default Extension="xml" ContentType="application/xml"/>'
        f'<Default Extension="rels" ContentType="{xml}-package.relationships+xml"/>'
        '<Override PartName="/xl/workbook.xml" '
        f'ContentType="{xml}-officedocument.spreadsheetml.sheet.main+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="rId1" '
        f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets><sheet name="{name}" sheetId="1" '
        'r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="rId1" '
        f'Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData></worksheet>',
    }
