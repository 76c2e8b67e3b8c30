"""The addresses of the small django-helpdesk: all of them its own."""

from django.urls import include, path

urlpatterns = [path("", include("helpdesk.urls", namespace="helpdesk"))]
