"""pages: what the browser shows when it comes back from the provider."""

from html import escape

LAYOUT = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{heading} - Vitals Warehouse</title>
<style>
  :root {{ color-scheme: light dark; --back: #f3f5f7; --paper: #fff; --ink: #1b2733;
          --soft: #5a6875; --line: #d5dce3; --mark: {light}; }}
  @media (prefers-color-scheme: dark) {{
    :root {{ --back: #12181e; --paper: #1b232b; --ink: #e6ebf0; --soft: #9aa7b3; --line: #313c47;
            --mark: {dark}; }}
  }}
  body {{ font: 17px/1.55 system-ui, sans-serif; background: var(--back); color: var(--ink);
         margin: 0; padding: 1rem; }}
  main {{ max-width: 34rem; margin: 12vh auto 0; padding: 1.75rem 2rem; background: var(--paper);
         border: 1px solid var(--line); border-left: 6px solid var(--mark); border-radius: 8px; }}
  h1 {{ font-size: 1.35rem; line-height: 1.3; margin: 0 0 .75rem; }}
  p, ul {{ margin: .75rem 0; }}
  code {{ overflow-wrap: anywhere; }}
  .next {{ color: var(--soft); margin-bottom: 0; }}
</style>
</head>
<body>
<main>
<h1>{heading}</h1>
{body}
<p class="next">{next}</p>
</main>
</body>
</html>
"""
GOOD, WARNING, BAD = ("#15803d", "#4ade80"), ("#b45309", "#fbbf24"), ("#b91c1c", "#f87171")
CLOSE = "You can close this page."


def connected(title: str, participant_id: str, missing: tuple[str, ...]) -> str:
    """The account is connected, perhaps with less than was asked for."""
    heading = f"{title} is connected"
    paragraphs = [f"Participant <b>{escape(participant_id)}</b>: data arrives with the next run."]
    if missing:
        items = "".join(f"<li><code>{escape(scope)}</code></li>" for scope in missing)
        paragraphs.append(
            f"Not granted, so these data stay out:</p><ul>{items}</ul><p>To grant them, connect "
            "again and leave them ticked."
        )
    return _page(heading, paragraphs, CLOSE, WARNING if missing else GOOD)


def failed(title: str, reason: str) -> str:
    """Nothing was connected."""
    where = "Nothing was stored. You can close this page and start again."
    return _page(f"{title} is not connected", [escape(reason) + "."], where, BAD)


def strange(title: str) -> str:
    """The answer is not one to our request."""
    reason = (
        "This page was reached with an answer to another request, perhaps from an older tab or a "
        "link somebody sent. It was ignored."
    )
    return _page(f"{title}: not our request", [reason], "The request still waits.", BAD)


def _page(heading: str, paragraphs: list[str], following: str, colours: tuple[str, str]) -> str:
    light, dark = colours
    body = "\n".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return LAYOUT.format(heading=escape(heading), body=body, next=following, light=light, dark=dark)
