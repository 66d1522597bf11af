# What a stranger's library sees of the meter before and after termineter has operated it. Arguments: optical port, what to do,
# file in which the tables are kept between two calls.
import datetime
import json
import sys
import time

sys.path.insert(0, '/usr/lib/python3/dist-packages')
from c1218.connection import Connection
from c1218.errors import C1218ReadTableError, C1218WriteTableError

WRITE_ONLY = {7, 42}
LONG = {64, 74}  # longer than a message
LIVE = {8, 28, 52, 55, 56, 63}  # present values, clock, newest procedure, recorder's progress
OWN = {2048, 2051, 2052}  # adjustment, settings, test registers; other tables of the maker may be live
SETTINGS = 2051
SET_TO = datetime.datetime(2026, 3, 2, 14, 5, 0)
LTIME = slice(0, 6)


def check(what, is_right):
    if not is_right:
        sys.exit('wrong: ' + what)


def used(octets):
    return [i for i in range(8 * len(octets)) if octets[i // 8] >> (i % 8) & 1]


def open_session(password):
    serial = {'parity': 'N', 'baudrate': 9600, 'bytesize': 8, 'xonxoff': False, 'interCharTimeout': None, 'rtscts': False,
              'timeout': 5, 'stopbits': 1, 'dsrdtr': False, 'writeTimeout': None}
    connection = Connection(sys.argv[1], {'nbrpkts': 2, 'pktsize': 512}, serial, enable_cache=False)
    check('identification', connection.start())
    check('logon as ' + password, connection.login('bench', 2, password.ljust(20)))
    return connection


def snapshot(connection):
    st0 = connection.get_table_data(0)
    standard = used(st0[19:19 + st0[13]])
    own = [2048 + n for n in used(st0[19 + st0[13]:19 + st0[13] + st0[14]])]
    wanted = [n for n in standard if n not in WRITE_ONLY | LONG | LIVE] + [n for n in own if n in OWN]
    check('tables of the maker', OWN <= set(own))
    return {str(n): connection.get_table_data(n).hex() for n in wanted}


def delivered(tables):
    return int.from_bytes(bytes.fromhex(tables['23'])[1:7], 'little')


def time_of(octets):
    year, month, day, hour, minute, second = octets
    return datetime.datetime(2000 + year, month, day, hour, minute, second)


def before(connection, path):
    tables = snapshot(connection)
    check('energy in the register', delivered(tables) > 0)
    json.dump({'tables': tables, 'at': time.time()}, open(path, 'w'))


# The clock goes on from what it was set to; one demand reset more, its date and copy of the registers in ST25.
def operated(connection, path):
    old, new = json.load(open(path)), snapshot(connection)
    clock = time_of(connection.get_table_data(52)[LTIME])
    check('clock', SET_TO <= clock <= SET_TO + datetime.timedelta(seconds=time.time() - old['at'] + 1))
    st23, old23 = (bytes.fromhex(tables['23']) for tables in (new, old['tables']))
    check('one demand reset more in ST23', st23[0] == old23[0] + 1)
    check('registers after a demand reset', st23[1:19] == old23[1:19])
    reset = bytes.fromhex(new['25'])
    check('date in ST25', SET_TO - datetime.timedelta(minutes=1) <= time_of(list(reset[:5]) + [0]) <= clock)
    check('registers in ST25', delivered(new) == int.from_bytes(reset[7:13], 'little'))


# The end of programming: SEALED of MT3, with the program password.
def seal(connection, path):
    settings = bytearray(connection.get_table_data(SETTINGS))
    settings[0] = 1
    connection.set_table_data(SETTINGS, bytes(settings))
    check('sealed', connection.get_table_data(SETTINGS)[0] == 1)
    before(connection, path)


# Nothing that is no clock and no present value has changed; the library hears the same code as the tool; programming is refused.
def unchanged(connection, path):
    for attempt in (lambda: connection.run_procedure(0, False, b''),
                    lambda: connection.set_table_data(SETTINGS, connection.get_table_data(SETTINGS))):
        try:
            attempt()
            check('a sealed meter was programmed', False)
        except C1218WriteTableError as error:
            check('code %s instead of isc' % error.code, error.code == 3)
    old, new = json.load(open(path))['tables'], snapshot(connection)
    check('the same tables', old.keys() == new.keys())
    for table in old:
        check('table %s: %s became %s' % (table, old[table], new[table]), old[table] == new[table])
    sys.stdout.write('%d tables, %d mWh, not one octet changed\n' % (len(new), delivered(new)))


password, act = {'before': ('READ', before), 'operated': ('READ', operated), 'seal': ('PROGRAM', seal),
                 'unchanged': ('PROGRAM', unchanged)}[sys.argv[2]]
connection = open_session(password)
act(connection, sys.argv[3])
connection.close()
sys.stdout.write(sys.argv[2] + ' as it should be\n')
