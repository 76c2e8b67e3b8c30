"""Serving: our channel, the action endpoint and the server; imports rasa.core and sanic."""
