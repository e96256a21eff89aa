import os, pytest
from tests.pages.conftest import Site
from services.gateway.commands import examples
OUT="/tmp/shots"; os.makedirs(OUT, exist_ok=True)
PAGES=("","/tasks","/timeline","/documents","/people","/notes","/contacts","/dates","/dates/start/change","/dates/end/change","/deadlines","/evidence")
async def test_shots(told: Site, checked):
    bad=[]
    for who in os.environ.get("WHO","case_worker").split(","):
        for width in (1280,375):
            visit = await told.visit(who, width=width)
            for at in PAGES:
                try:
                    visit.expected={200,403,404}
                    await visit.page.goto(f"{visit.origin}/placements/{examples.PLACEMENT_ID}{at}")
                    await visit.page.screenshot(path=f"{OUT}/{who}{at.replace('/','-') or '-overview'}-{width}.png", full_page=True)
                    st=visit.answer.status
                    print(who,width,at,st, await visit.page.title())
                    if width==1280:
                        try: await checked(visit)
                        except AssertionError as e: bad.append(f"{who} {at}: {e}"); visit.faults.clear()
                except Exception as e:
                    bad.append(f"{who}{at}: {e!r}"[:600])
    print("\n".join(bad)); assert not bad
