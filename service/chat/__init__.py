"""Conversations as other programs hold them: questions out of turns, answers as messages with references."""
