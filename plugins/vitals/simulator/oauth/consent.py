"""The page on which a person (or a headless browser) chooses an account and allows or denies."""

from html import escape

from vitals.simulator.truth import Account

LAYOUT = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} (simulated): {heading}</title>
<style>
  body {{ font: 16px/1.5 system-ui, sans-serif; background: #f3f5f7; color: #1b2733; margin: 0; }}
  main {{ max-width: 34rem; margin: 3rem auto; padding: 2rem; background: #fff;
         border: 1px solid #d5dce3; border-radius: 8px; }}
  h1 {{ font-size: 1.3rem; margin: 0 0 .5rem; }}
  .note, label code {{ color: #5a6875; font-size: .85rem; overflow-wrap: anywhere; }}
  label {{ display: grid; grid-template-columns: auto 1fr; gap: 0 .5rem; margin: .5rem 0; }}
  label code {{ grid-column: 2; }}
  select, button {{ font: inherit; padding: .5rem .9rem; border-radius: 6px;
                   border: 1px solid #9aa7b3; background: #fff; }}
  button.primary {{ background: #14532d; border-color: #14532d; color: #fff; }}
  fieldset {{ border: 0; padding: 0; margin: 1rem 0; }}
  legend {{ font-weight: 600; padding: 0; }}
</style>
</head>
<body>
<main>
<h1>{title}: {heading}</h1>
<p class="note">This is the simulator: no real account is involved. {note}</p>
<form method="post">
{hidden}
<fieldset><legend>Account</legend>
<select name="simulator_account" aria-label="Account">{accounts}</select></fieldset>
{form}
</form>
{result}
</main>
</body>
</html>
"""
CONSENT = """<fieldset><legend>It may see</legend>{scopes}</fieldset>
<button class="primary" name="decision" value="allow">Allow</button>
<button name="decision" value="deny">Deny</button>"""


def consent_page(
    title: str,
    accounts: tuple[Account, ...],
    asked: dict[str, str],
    parameters: dict[str, str],
    chosen: str,
) -> str:
    """HTML of the consent page; every scope is ticked and can be unticked."""
    hidden = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in parameters.items()
    )
    boxes = "".join(
        f'<label><input type="checkbox" name="granted" value="{escape(scope)}" checked> '
        f"{escape(meaning)} <code>{escape(scope)}</code></label>"
        for scope, meaning in asked.items()
    )
    return LAYOUT.format(
        title=escape(title),
        heading="an application asks for access",
        note="Application: " + escape(parameters.get("client_id", "")),
        hidden=hidden,
        accounts=account_options(accounts, chosen),
        form=CONSENT.format(scopes=boxes or "<p>Basic information</p>"),
        result="",
    )


def key_page(title: str, accounts: tuple[Account, ...], key: str | None) -> str:
    """HTML of the page that creates a personal API key."""
    return LAYOUT.format(
        title=escape(title),
        heading="personal API key",
        note="",
        hidden="",
        accounts=account_options(accounts, ""),
        form='<button class="primary">Create key</button>',
        result=f'<p>Your key: <code id="key">{escape(key)}</code></p>' if key else "",
    )


def account_options(accounts: tuple[Account, ...], chosen: str) -> str:
    """Options of the account menu."""
    return "".join(
        f'<option value="{one.number}"{" selected" if str(one.number) == chosen else ""}>'
        f"{escape(one.participant_id)} ({escape(one.home_zone)})</option>"
        for one in accounts
    )
