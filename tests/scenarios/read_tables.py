# Reads every table that ST0 announces through termineter's own library and compares sizes with the dimension tables.
import struct
import sys

sys.path.insert(0, '/usr/lib/python3/dist-packages')
from c1218.connection import Connection
from c1218.errors import C1218ReadTableError

WRITE_ONLY = {7, 42}
LONG = {64, 74}  # longer than a message: read in parts only
NI_SIZE = {0: 8, 1: 4, 2: 12, 3: 6, 4: 4, 5: 6, 6: 4, 7: 3, 8: 4, 9: 5, 10: 6, 11: 8, 12: 8, 13: 21}


def used(octets):
    return [i for i in range(8 * len(octets)) if octets[i // 8] >> (i % 8) & 1]


def check(what, is_right):
    if not is_right:
        sys.exit('wrong: ' + what)


settings = {'parity': 'N', 'baudrate': 9600, 'bytesize': 8, 'xonxoff': False, 'interCharTimeout': None,
            'rtscts': False, 'timeout': 5, 'stopbits': 1, 'dsrdtr': False, 'writeTimeout': None}
connection = Connection(sys.argv[1], {'nbrpkts': 2, 'pktsize': 512}, settings, enable_cache=False)
check('identification', connection.start())
check('logon', connection.login('bench', 2, 'READ' + 16 * ' '))

st0 = connection.get_table_data(0)
dim_std, dim_mfg, dim_std_proc, dim_mfg_proc = st0[13:17]
check('length of ST0', len(st0) == 19 + 2 * (dim_std + dim_mfg) + dim_std_proc + dim_mfg_proc)
tables = used(st0[19:19 + dim_std])
manufacturer_tables = [2048 + n for n in used(st0[19 + dim_std:19 + dim_std + dim_mfg])]
sizes = {}
for table in tables + manufacturer_tables:
    if table in WRITE_ONLY:
        continue
    if table in LONG:
        check('start of table %d' % table, len(connection.get_table_data(table, octetcount=400)) == 400)
        continue
    try:
        sizes[table] = connection.get_table_data(table)
    except C1218ReadTableError as error:
        check('read of table %d: %s' % (table, error), table == 8 and error.code == 7)
for table in range(0, 80):
    if table not in tables:
        try:
            connection.get_table_data(table)
            check('table %d answers but is not in ST0' % table, False)
        except C1218ReadTableError as error:
            check('table %d: code %s instead of 5' % (table, error), error.code == 5)

st11, st21 = sizes[11], sizes[21]
ni1, ni2 = NI_SIZE[st0[2] & 15], NI_SIZE[st0[2] >> 4]
check('size of ST12', len(sizes[12]) == 4 * st11[1])
check('size of ST16', len(sizes[16]) == st11[7])
summations, demands, coincident, occurrences, tiers, present_demands, present_values = st21[3:10]
check('no demands in this meter', demands == 0 and coincident == 0)
check('size of ST22', len(sizes[22]) == summations)
check('size of ST23', len(sizes[23]) == (1 if st21[0] & 4 else 0) + (1 + tiers) * summations * ni1)
check('size of ST27', len(sizes[27]) == present_demands + present_values)
check('size of ST28', len(sizes[28]) == present_demands * ni2 + present_values * ni1)
st71 = sizes[71]
check('size of ST71', len(st71) == 9)
check('size of ST72', len(sizes[72]) == st71[1] + st71[2])
check('size of ST73', len(sizes[73]) == st71[1] + st71[2] + dim_std + dim_mfg + dim_std_proc + dim_mfg_proc)
entry, entries = (6 if st71[0] & 2 else 0) + (2 if st71[0] & 4 else 0) + 4 + st71[3], st71[5] | st71[6] << 8
last = connection.get_table_data(74, octetcount=entry, offset=11 + (entries - 1) * entry)
check('size of ST74', len(last) == entry)
check('size of ST1', len(sizes[1]) == 32)
check('size of ST2', len(sizes[2]) == 33)
check('size of ST5', len(sizes[5]) == 20)
check('size of the adjustment table', len(sizes[2048]) == 26)
check('Kh and Kt of ST2', sizes[2][0:6].strip() == b'1.8' and sizes[2][6:12].strip() == b'0.15')
sys.stdout.write('%d tables read, sizes agree\n' % len(sizes))
connection.logoff()
connection.close()
