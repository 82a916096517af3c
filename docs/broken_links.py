"""Say which links of the documentation lead nowhere, from what linkcheck found.

    python -m sphinx -b linkcheck docs FOLDER; python docs/broken_links.py FOLDER

A link is broken if its host answers that there is no such page. Hosts that cannot be
reached, or refuse programs, are named: of their links nothing is known.
"""

import json
import sys
from pathlib import Path
from urllib.parse import urlsplit

# What linkcheck says of hosts that did not answer, or not to a program.
NO_ANSWER = (
    "Max retries exceeded",
    "Connection aborted",
    "timed out",
    "403 Client Error",
    "429 Client Error",
)


def sorted_links(lines):
    """Return how many links work, the hosts without answer, and the broken links."""
    n_working, silent, broken = 0, set(), []
    for link in map(json.loads, lines):
        if link["status"] in ("working", "redirected"):
            n_working += 1
        elif link["status"] in ("broken", "timeout"):
            if link["status"] == "timeout" or any(
                words in link["info"] for words in NO_ANSWER
            ):
                silent.add(urlsplit(link["uri"]).hostname)
            else:
                where = f"{link['filename']}:{link['lineno']}"
                broken.append(f"{where}: {link['uri']} ({link['info']})")
    return n_working, silent, broken


def main():
    path = Path(sys.argv[1]) / "output.json"
    n_working, silent, broken = sorted_links(path.read_text("utf-8").splitlines())
    print(f"{n_working} links to other sites work.")
    if silent:
        print(f"Not checked, as they do not answer here: {', '.join(sorted(silent))}.")
    if broken:
        sys.exit("\n".join(["These links are broken:", *broken]))


if __name__ == "__main__":
    main()
