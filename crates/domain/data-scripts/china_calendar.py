#!/usr/bin/env python3
"""Write src/calendar/china.csv from the facts in the registry package `chinesecalendar`.

Run by hand when a new yearly notice is in the package; the build never runs it:

    python3 -m venv venv && venv/bin/pip install 'chinesecalendar==1.11.*'
    venv/bin/python data-scripts/china_calendar.py > src/calendar/china.csv

The package gives the days as they ended up. Which notice said so, and when, is given here:
`NOTICES` (date of each yearly notice) and `AMENDMENTS` (notices that changed a running year; their
days are taken out of the yearly notice, and what that notice said instead is put back).
"""

import datetime
import importlib.metadata

from chinese_calendar import constants

VERSION = importlib.metadata.version("chinesecalendar")
# Day on which the notice for the year was made public. Missing: 20 December before, `assumed`.
NOTICES = {
    2007: "2006-12-18", 2008: "2007-12-18",
    2009: "2008-12-10", 2010: "2009-12-08", 2011: "2010-12-10", 2012: "2011-12-06",
    2013: "2012-12-10", 2014: "2013-12-11", 2015: "2014-12-16", 2016: "2015-12-10",
    2017: "2016-12-01", 2018: "2017-11-30", 2019: "2018-12-06", 2020: "2019-11-21",
    2021: "2020-11-25", 2022: "2021-10-25", 2023: "2022-12-08", 2024: "2023-10-25",
    2025: "2024-11-12", 2026: "2025-11-04",
}
# year: (known, note, days the amendment set, days the yearly notice had set instead)
AMENDMENTS = {
    2015: ("2015-05-13", "70th anniversary of the victory: 3 September and the day after off",
           ["2015-09-03", "2015-09-04", "2015-09-06"], {}),
    2019: ("2019-03-22", "Labour Day made four days",
           ["2019-04-28", "2019-05-02", "2019-05-03", "2019-05-04", "2019-05-05"], {}),
    2020: ("2020-01-27", "Spring Festival extended to 2 February",
           ["2020-01-31", "2020-02-01", "2020-02-02"], {"2020-02-01": ("makeup", "春节")}),
}
CHINESE = {holiday.value: holiday.chinese for holiday in constants.Holiday}


def notice_year(day, name):
    """A New Year's day off, or the work that makes up for it, in December is the next notice's."""
    return day.year + (day.month == 12 and name == "New Year's Day")


def main():
    by_year, by_date = {}, {}
    for kind, days in (("holiday", constants.holidays), ("makeup", constants.workdays)):
        for day, name in days.items():
            by_date[day.isoformat()] = (kind, CHINESE[name])
            by_year.setdefault(notice_year(day, name), {})[day.isoformat()] = (kind, CHINESE[name])
    print(f"# Public holidays and make-up workdays of China, {min(by_year)}-{max(by_year)}.")
    print(f"# Facts from the Python package chinesecalendar {VERSION} (MIT, Lirian Su and contributors,")
    print("# https://github.com/LKI/chinese-calendar); dates of the State Council notices added.")
    print("# Written by data-scripts/china_calendar.py; do not edit by hand.")
    print("# notice,version,known_on,notice|assumed,year or empty,note  then its days: kind,date,name")
    for year, days in sorted(by_year.items()):
        amended = AMENDMENTS.get(year)
        if amended:
            known, note, changed, before = amended
            days = {date: day for date, day in days.items() if date not in changed} | before
        basis = "notice" if year in NOTICES else "assumed"
        on = NOTICES.get(year, f"{year - 1}-12-20")
        print(f"notice,cn-{year},{on},{basis},{year},holidays of {year}")
        write(days)
        if amended:
            print(f"notice,cn-{year}.2,{known},notice,,{note}")
            write({date: by_date[date] for date in changed})


def write(days):
    for date, (kind, name) in sorted(days.items()):
        datetime.date.fromisoformat(date)
        print(f"{kind},{date},{name}")


main()
