"""The API's documentation page: Swagger UI as its package brings it, served by the app itself."""

from importlib.resources import files

from flask import Response, abort
from flask_openapi3.blueprint import APIBlueprint

_FOLDER = files("flask_openapi3_swagger") / "templates" / "swagger"
_FILES = {
    "swagger-ui.css": (_FOLDER / "css" / "swagger-ui.css", "text/css"),
    "swagger-ui-bundle.js": (_FOLDER / "js" / "swagger-ui-bundle.js", "text/javascript"),
}
_DAY_SECONDS = 24 * 3600
_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Repertoire API</title>
<link rel="stylesheet" href="docs/swagger-ui.css">
</head>
<body>
<div id="api"></div>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
"""
_START = """window.SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#api",
  deepLinking: true,
  supportedSubmitMethods: ["get", "post", "put"],
  validatorUrl: null,
});
"""


def register(api: APIBlueprint) -> None:
    """Add the page and its files."""
    api.add_url_rule("/docs", "docs", _page)
    api.add_url_rule("/docs/<name>", "docs_file", _file)


def _page() -> Response:
    return Response(_PAGE, mimetype="text/html")


def _file(name: str) -> Response:
    if name == "start.js":
        return Response(_START, mimetype="text/javascript")
    path, mimetype = _FILES.get(name) or abort(404)
    answer = Response(path.read_bytes(), mimetype=mimetype)
    answer.cache_control.max_age = _DAY_SECONDS
    return answer
