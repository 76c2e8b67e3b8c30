"""The front door: the only part that listens beyond loopback; knows nothing of Rasa's code.

It accepts messages durably, has Rasa take the turns of a conversation one after the other, keeps
the replies, and knows who is who.
"""
