"""How gunicorn serves Throughline: `gunicorn --config python:integrations.gunicorn`."""

import gc
import os

import django
from django.core.management.base import BaseCommand

from integrations.environment import Environment

env = Environment()

wsgi_app = "integrations.wsgi"
bind = f"{env.text('HOST', '127.0.0.1')}:{env.integer('PORT', 8000, minimum=1, maximum=65535)}"
worker_class = "gthread"
workers = env.integer("WEB_PROCESSES", 1, minimum=1, maximum=64)
threads = env.integer("WEB_THREADS", 16, minimum=1, maximum=256)
# Loaded once and forked: half the start-up time and memory. Nothing connects at import.
preload_app = True
timeout = 60
graceful_timeout = 10
# Longer than proxies keep idle connections (nginx: 60 s): none is closed just as a request comes in.
keepalive = 75
loglevel = "warning"
# Otherwise gunicorn opens one in the home folder, shared by all installations of a user.
control_socket_disable = True


def when_ready(server):
    """What is loaded by now is never collected, and so stays shared with the processes that are forked."""
    gc.collect()
    gc.freeze()


# A dangerous set-up is refused here as by every management command; gunicorn shows the refusal.
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "integrations.settings")
django.setup()
BaseCommand().check()
