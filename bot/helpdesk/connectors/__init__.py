"""One file per helpdesk: its signatures, payloads and calls, without any input or output."""
