"""Model Context Protocol: the same search, paragraphs and answers as tools and resources.

Only :mod:`service.mcp.server` loads the SDK, which takes over a second: it is imported when the first
client comes.
"""
