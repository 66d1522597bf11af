# Writes calendar_clock.txt, calendar_dates.txt, calendar_rates.txt and calendar_outages.txt from Python's datetime and zoneinfo: what a
# wall clock in Toronto shows, weekdays, dates by rule, and what is in force after an outage. Usage: python3 calendar.py FOLDER
import datetime
import sys
import zoneinfo

ZONE = zoneinfo.ZoneInfo('America/Toronto')
UTC = datetime.timezone.utc
YEARS = range(2024, 2033)
DAY = datetime.timedelta(days=1)


def wall(instant):
    local = instant.astimezone(ZONE)
    return '%s %d %d' % (local.strftime('%y %m %d %H %M %S'), local.isoweekday() % 7, bool(local.dst()))


def rows_of_clock():
    for year in YEARS:
        ends = [datetime.datetime(year + m // 12, m % 12 + 1, 1, tzinfo=ZONE) for m in range(1, 13)]
        ends += [datetime.datetime(year, 2, 28, tzinfo=ZONE) + DAY]
        for end in ends:
            yield end.astimezone(UTC) - datetime.timedelta(seconds=1), 2
        instant = datetime.datetime(year, 1, 1, 5, tzinfo=UTC)
        while instant.year == year:  # every hour at which the offset changes
            later = instant + datetime.timedelta(hours=1)
            if later.astimezone(ZONE).utcoffset() != instant.astimezone(ZONE).utcoffset():
                yield later - datetime.timedelta(seconds=1), 2
                yield later - datetime.timedelta(seconds=1) + datetime.timedelta(hours=1), 2
                yield later - datetime.timedelta(seconds=1) - datetime.timedelta(hours=1), 2
                for outage in (1, 60, 3600, 86400, 40 * 86400):
                    yield later - datetime.timedelta(seconds=1), outage
            instant = later
        for outage in (1, 59, 600, 7200, 86399, 86400, 7 * 86400, 40 * 86400):
            yield datetime.datetime(year, 2, 27, 23, 59, 59, tzinfo=ZONE).astimezone(UTC), outage
            yield datetime.datetime(year, 12, 31, 22, 30, 15, tzinfo=ZONE).astimezone(UTC), outage


def last_day(year, month):
    return (datetime.date(year + month // 12, month % 12 + 1, 1) - DAY).day


def nth(year, month, weekday, count, day):  # the count-th weekday on or after the day
    date = datetime.date(year, month, day)
    while date.isoweekday() % 7 != weekday:
        date += DAY
    return date + 7 * (count - 1) * DAY


def moved(sunday, saturday):
    def rule(year, month, weekday, day):
        date = datetime.date(year, month, day)
        return [date + {0: sunday, 6: saturday}.get(date.isoweekday() % 7, 0) * DAY]
    return rule


def before(year, month, weekday, day):
    date = datetime.date(year, month, day) - DAY
    while date.isoweekday() % 7 != weekday:
        date -= DAY
    return [date]


def last(year, month, weekday, day):
    date = datetime.date(year, month, last_day(year, month))
    while date.isoweekday() % 7 != weekday:
        date -= DAY
    return [date]


RULES = {0: moved(0, 0), 1: before, 6: last, 8: moved(1, 0), 9: moved(-2, 0), 10: moved(0, 2), 11: moved(0, -1),
         12: moved(1, 2), 13: moved(-2, -1), 14: moved(1, -1),
         7: lambda y, m, w, d: [datetime.date(y, m, d), datetime.date(y, m, d) + DAY],
         15: lambda y, m, w, d: [datetime.date(y, m, d) + DAY]}
for number in (2, 3, 4, 5):
    RULES[number] = lambda y, m, w, d, n=number: [nth(y, m, w, n - 1, d)]


def dates_of(month, offset, weekday, day):
    found = []
    for year in range(2023, 2035):
        for each in range(1, 13):
            if month in (each, 13) and day <= last_day(year, each):
                found += RULES[offset](year, each, weekday, day)
    return sorted(found)


def rows_of_dates():
    weekly = [datetime.date(2024, 1, 1) + n * DAY for n in range(3700)]
    entries = [(m, o, w, d) for o in range(16) for m, w, d in ((3, 0, 1), (12, 5, 31), (1, 6, 1), (13, 3, 15))]
    entries += [(2, 0, 7, 29), (13, 0, 7, 31), (11, 2, 0, 1)] + [(14, 0, w, 0) for w in range(7)]
    starts = [datetime.date(2024, 2, 27), datetime.date(2027, 12, 28), datetime.date(2029, 5, 30)]
    for month, offset, weekday, day in entries:
        dates = dates_of(month, offset, weekday, day) if month < 14 else [x for x in weekly if x.isoweekday() % 7 == weekday]
        for start in starts:
            days = (next(x for x in dates if x > start) - start).days
            word = month | offset << 4 | weekday << 8 | day << 11
            yield '%d %s %d' % (word, start.strftime('%y %m %d'), days if days < 255 else 255)


# Seasons from 1 Jan, 1 Apr, 1 Jul, 1 Oct; holidays; hour -> rate of each kind of day (see test_meter_time_of_use.c).
HOLIDAYS = [(2024, 7, 1), (2024, 12, 25), (2025, 1, 1), (2028, 2, 29)]
KINDS = {'weekend': [(0, 0)], 'weekday': [(0, 0), (7, 1), (11, 2), (17, 1), (19, 0)], 'holiday': [(0, 3)]}


def rate_of(date, hour, season):
    holiday = (date.year, date.month, date.day) in HOLIDAYS
    kind = 'holiday' if holiday else 'weekend' if date.isoweekday() > 5 else 'weekday'
    rate = [r for h, r in KINDS[kind] if h <= hour][-1]
    return {1: 2, 2: 1}.get(rate, rate) if season in (0, 3) else rate  # in winter the middle of the day is cheaper


def rows_of_rates():
    for year in (2024, 2025, 2028):
        for month, day in ((1, 1), (1, 2), (2, 29), (3, 31), (4, 1), (6, 30), (7, 1), (7, 2), (7, 6), (7, 7), (9, 30), (10, 1),
                           (12, 25), (12, 31)):
            if day > last_day(year, month):
                continue
            date = datetime.date(year, month, day)
            season = (month - 1) // 3
            for hour in (0, 6, 7, 10, 11, 16, 17, 18, 19, 23):
                yield '%s %02d %d %d' % (date.strftime('%y %m %d'), hour, season, rate_of(date, hour, season))


# Outages that begin 10 s before something happens: daylight saving on and off, a rate, a season that begins with or without a
# holiday, a month, a leap day, a year. Demand intervals are quarters of an hour, whatever the offset.
BEGINS = [(2025, 3, 9, 1, 59, 0), (2025, 11, 2, 1, 59, 0), (2025, 11, 2, 1, 59, 1), (2025, 2, 11, 6, 59, 0), (2025, 7, 16, 16, 59, 0),
          (2025, 3, 31, 23, 59, 0), (2024, 6, 30, 23, 59, 0), (2025, 1, 31, 23, 59, 0), (2024, 2, 28, 23, 59, 0), (2024, 12, 31, 23, 59, 0)]
OUTAGES = (1, 10, 59, 900, 3600, 86400, 40 * 86400)
SUPPLY = 20  # s from the setting of the clock, 30 s past the minute, to the outage


def in_force(instant):  # season, rate
    local = instant.astimezone(ZONE)
    season = (local.month - 1) // 3
    return season, rate_of(local.date(), local.hour, season)


def rows_of_outages():
    second = datetime.timedelta(seconds=1)
    for year, month, day, hour, minute, fold in BEGINS:
        begin = datetime.datetime(year, month, day, hour, minute, 30, tzinfo=ZONE, fold=fold).astimezone(UTC)
        for outage in OUTAGES:
            after = begin + (SUPPLY + outage) * second
            left = 900 - int(after.timestamp()) % 900
            whole = after + (left + 900) * second  # the end of the first interval that nothing has cut
            last = (whole - second).astimezone(ZONE)
            end = last.replace(tzinfo=None) + second  # as the clock comes to it, before a switch of daylight saving
            yield '%s  %d  %s %d %d  %d  %s %d  %d' % (wall(begin), outage, wall(after), *in_force(after), left,
                                                     end.strftime('%y %m %d %H %M'), in_force(last)[1], in_force(begin)[0])


ORIGIN = '# Made by tests/captures/calendar.py with Python %s, zone America/Toronto; the meter\'s code has no part in it.\n'
with open(sys.argv[1] + '/calendar_clock.txt', 'w') as out:
    out.write(ORIGIN % sys.version.split()[0])
    out.write('# wall time, weekday (0 Sunday), daylight saving; seconds later; wall time, weekday, daylight saving\n')
    for instant, seconds in rows_of_clock():
        out.write('%s  %d  %s\n' % (wall(instant), seconds, wall(instant + datetime.timedelta(seconds=seconds))))
with open(sys.argv[1] + '/calendar_dates.txt', 'w') as out:
    out.write(ORIGIN % sys.version.split()[0])
    out.write('# RDATE as a number; a day; days from there to the next date that the rule names, 255: 255 or more\n')
    out.writelines(row + '\n' for row in rows_of_dates())
with open(sys.argv[1] + '/calendar_rates.txt', 'w') as out:
    out.write(ORIGIN % sys.version.split()[0])
    out.write('# day; hour; season; rate\n')
    out.writelines(row + '\n' for row in rows_of_rates())
with open(sys.argv[1] + '/calendar_outages.txt', 'w') as out:
    out.write(ORIGIN % sys.version.split()[0])
    out.write('# wall time, weekday, daylight saving; %d s later an outage of so many seconds; wall time, weekday, daylight saving, season, '
              'rate after it;\n# seconds to the end of the demand interval; wall time at the end of the next one, its rate; season before\n'
              % SUPPLY)
    out.writelines(row + '\n' for row in rows_of_outages())
