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
check('size of ST13', len(sizes[13]) == 4 + 2 * st11[2])
check('size of ST22', len(sizes[22]) == summations + demands + (demands + 7) // 8 + 2 * coincident)
STIME, LTIME, TIME = 5, 6, 3  # octets with TM_FORMAT 2
check('TM_FORMAT', st0[1] & 7 == 2)
stime = STIME if st21[0] & 2 else 0
cumulatives = ((st21[0] >> 4 & 1) + (st21[0] >> 5 & 1)) * ni1
registers = (1 if st21[0] & 4 else 0) + (1 + tiers) * (
    summations * ni1 + demands * (occurrences * (stime + ni2) + cumulatives) + coincident * occurrences * ni2)
dated = stime + (st21[0] & 1)
check('demands and rates in this meter', demands == 1 and tiers == 4)
check('size of ST23', len(sizes[23]) == registers)
check('size of ST24', len(sizes[24]) == dated + registers)
check('size of ST25', len(sizes[25]) == dated + registers)
check('size of ST26', len(sizes[26]) == 6 + st21[2] * ((2 if st21[1] & 2 else 0) + dated + registers))
for source in range(3):
    rates = [int.from_bytes(sizes[23][1 + n * (registers - 1) // (1 + tiers) + source * ni1:][:ni1], 'little', signed=True)
             for n in range(1 + tiers)]
    check('sum of the rate registers', rates[0] == sum(rates[1:]))
st51 = sizes[51]
check('size of ST51', len(st51) == 9)
check('size of ST52', len(sizes[52]) == LTIME + 1)
check('size of ST54', len(sizes[54]) == 3 * (st51[3] + st51[4] + (st51[5] | st51[6] << 8)) +
      (st51[2] & 15) * (3 + (st51[2] >> 4)) == (st51[7] | st51[8] << 8))
check('size of ST55', len(sizes[55]) == LTIME + 1 + 2)
check('size of ST56', len(sizes[56]) == 3)
check('size of ST27', len(sizes[27]) == present_demands + present_values)
check('size of ST28', len(sizes[28]) == present_demands * ((TIME if st21[0] & 64 else 0) + ni2) + present_values * ni1)
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
