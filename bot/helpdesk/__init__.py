"""In the helpdesk: answer, suggest, hand over, take back.

Knows only the answer contract; Rasa, HTTP servers and databases are somebody else's.
"""
