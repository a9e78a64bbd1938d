"""What gunicorn serves: settings -> create_app -> `server`."""

import os

from dashboard.factory import create_app
from dashboard.settings import WORKER_BOOT_ERROR, load_settings, mistakes_end_the_start

with mistakes_end_the_start(WORKER_BOOT_ERROR):
    server = create_app(load_settings(os.environ)).server
