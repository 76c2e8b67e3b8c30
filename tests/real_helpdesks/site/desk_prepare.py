"""Makes the database: a queue, the bot, an agent and a second agent."""

import django
from django.core.management import call_command

django.setup()
call_command("migrate", verbosity=0)

from django.contrib.auth import get_user_model  # noqa: E402
from helpdesk.models import Queue  # noqa: E402

User = get_user_model()
for name in ("bot", "anna", "ben"):
    User.objects.create_superuser(name, f"{name}@desk.test", f"{name}-password")
Queue.objects.create(title="Support", slug="support", allow_public_submission=True)
