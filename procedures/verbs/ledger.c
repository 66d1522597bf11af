/* The ledger's arithmetic, see the header. Energies in Wh; what cancels: the standard's calibration
 * at loads where the meter's error was measured with the same standard. */
#include "procedures/verbs/ledger.h"

#include <math.h>
#include <string.h>

#define ROOT_OF_THREE 1.7320508075688772935
/* Half width of a meter's error where nothing at all was measured of it; by how much it may leave
 * the range of what was measured at other loads; and of the standard's error where its certificate
 * does not reach. */
#define UNMEASURED_ERROR_PERCENT 0.5
#define OTHER_LOAD_PERCENT 0.1
#define UNCERTIFIED_PERCENT 0.1
/* A direct change from one direction to the other takes no longer than this. */
#define REVERSAL_SECONDS 1.0

static int find_load(const struct energy_ledger *ledger, const struct three_phase *phasors)
{
	for (int i = 0; i < ledger->load_count; i++) {
		if (!memcmp(&ledger->loads[i].phasors, phasors, sizeof(*phasors))) {
			return i;
		}
	}
	return -1;
}

static int load_for(struct energy_ledger *ledger, const struct three_phase *phasors)
{
	int i = find_load(ledger, phasors);

	if (i < 0 && ledger->load_count < LEDGER_LOADS) {
		i = ledger->load_count++;
		ledger->loads[i] = (struct ledger_load){.phasors = *phasors};
	}
	ledger->is_full |= i < 0;
	return i;
}

/* The way from one direction to the other lies in one piece: its smaller part stands on the wrong
 * side. */
static void note_reversal(struct energy_ledger *ledger, const struct three_phase *phasors,
			  double watt_hours)
{
	if (watt_hours * ledger->newest_watt_hours < 0) {
		ledger->reversal_watt_hours +=
			fabs(three_phase_watts(phasors)) * REVERSAL_SECONDS / 3600;
	}
	ledger->newest_watt_hours = watt_hours;
}

static void take_piece(void *context, const struct three_phase *phasors, double watt_hours,
		       double resolution)
{
	struct energy_ledger *ledger = context;

	if (watt_hours == 0) {
		ledger->newest_watt_hours = 0;
		return;
	}
	int i = load_for(ledger, phasors);

	if (i < 0) {
		return;
	}
	struct ledger_load *load = &ledger->loads[i];
	load->delivered += watt_hours > 0 ? watt_hours : 0;
	load->received += watt_hours < 0 ? -watt_hours : 0;
	load->counting_square += resolution * resolution / 6;
	note_reversal(ledger, phasors, watt_hours);
}

void ledger_keep(struct lab *lab, struct energy_ledger *ledger)
{
	ledger->account = (struct energy_account){.piece = take_piece, .context = ledger};
	lab->account = &ledger->account;
}

void ledger_leave(struct lab *lab)
{
	lab->account = NULL;
}

void ledger_restart(struct energy_ledger *ledger)
{
	ledger->load_count = 0;
	ledger->is_full = false;
	ledger->reversal_watt_hours = 0;
	memset(ledger->errors, 0, sizeof(ledger->errors));
	memset(ledger->has_begun, 0, sizeof(ledger->has_begun));
	memset(ledger->set_aside, 0, sizeof(ledger->set_aside));
}

void ledger_note_load(struct energy_ledger *ledger, const struct three_phase *phasors,
		      const struct certified_error *certified)
{
	int i = load_for(ledger, phasors);

	if (i >= 0 && certified) {
		ledger->loads[i].is_certified = true;
		ledger->loads[i].error_percent = certified->error_percent;
		ledger->loads[i].standard_uncertainty_percent =
			certified->standard_uncertainty_percent;
	}
}

void ledger_note_error(struct energy_ledger *ledger, int index, const struct three_phase *phasors,
		       double error_percent, double random_percent)
{
	int i = load_for(ledger, phasors);

	if (i < 0) {
		return;
	}
	struct ledger_error *error = &ledger->errors[index][i];
	bool is_first = error->count++ == 0;
	error->sum_percent += error_percent;
	error->least_percent = is_first ? error_percent : fmin(error->least_percent, error_percent);
	error->most_percent = is_first ? error_percent : fmax(error->most_percent, error_percent);
	error->random_percent = fmax(error->random_percent, random_percent);
}

static void forget_energy(struct energy_ledger *ledger)
{
	for (int i = 0; i < ledger->load_count; i++) {
		ledger->loads[i].delivered = 0;
		ledger->loads[i].received = 0;
		ledger->loads[i].counting_square = 0;
	}
	ledger->reversal_watt_hours = 0;
}

/* The ledger of all positions begins with the first reading of any; what flowed before does not
 * count. */
void ledger_note_registers(struct energy_ledger *ledger, int index,
			   const struct meter_registers *registers)
{
	bool is_any = false;

	for (int i = 0; i < LAB_POSITIONS; i++) {
		is_any |= ledger->has_begun[i];
	}
	if (!is_any) {
		forget_energy(ledger);
	}
	if (!ledger->has_begun[index]) {
		ledger->has_begun[index] = true;
		ledger->first[index] = *registers;
	}
	ledger->newest[index] = *registers;
}

/* True energy in the quantity's sign. */
static double energy_of(const struct ledger_load *load, enum ledger_quantity quantity)
{
	double indicated = quantity == LEDGER_DELIVERED	 ? load->delivered
			   : quantity == LEDGER_RECEIVED ? load->received
							 : load->delivered - load->received;

	return indicated / (1 + load->error_percent / 100);
}

/* Of all that was measured of the meter: mean and half the range, for the other loads. */
static void span_of_errors(const struct ledger_error *errors, int count, double *middle,
			   double *half_width)
{
	double least = INFINITY;
	double most = -INFINITY;

	for (int i = 0; i < count; i++) {
		if (errors[i].count) {
			least = fmin(least, errors[i].least_percent);
			most = fmax(most, errors[i].most_percent);
		}
	}
	bool is_any = least <= most;
	*middle = is_any ? (least + most) / 2 : 0;
	*half_width = is_any ? (most - least) / 2 + OTHER_LOAD_PERCENT : UNMEASURED_ERROR_PERCENT;
}

struct sums {
	double variance;    /* of what is independent, Wh^2 */
	double unknown;	    /* Wh at loads where nothing was measured, whatever their sign */
	double calibration; /* of those, by the certificate: one and the same for all, Wh */
	double flowed;	    /* Wh, whatever their sign */
};

static void add_known(const struct ledger_error *error, double energy, struct sums *sums,
		      struct ledger_line *line)
{
	double range = (error->most_percent - error->least_percent) / 2 / ROOT_OF_THREE;
	double share = hypot(error->random_percent, range) / 100;

	line->expected += energy * (1 + error->sum_percent / error->count / 100);
	sums->variance += energy * share * energy * share;
}

static void add_unknown(const struct ledger_load *load, double energy, double middle,
			struct sums *sums, struct ledger_line *line)
{
	double certified = load->is_certified ? load->standard_uncertainty_percent
					      : UNCERTIFIED_PERCENT / ROOT_OF_THREE;

	line->expected += energy * (1 + middle / 100);
	sums->unknown += fabs(energy);
	sums->calibration += fabs(energy) * certified / 100;
}

static double register_watt_hours(const struct meter_registers *registers,
				  enum ledger_quantity quantity)
{
	int64_t counts = quantity == LEDGER_DELIVERED  ? registers->delivered
			 : quantity == LEDGER_RECEIVED ? registers->received
						       : registers->net;

	return (double)counts * registers->watt_hours_per_count;
}

const char *ledger_quantity_name(enum ledger_quantity quantity)
{
	static const char *const names[] = {"delivered", "received", "net"};

	return names[quantity];
}

static void add_load(const struct ledger_load *load, const struct ledger_error *error,
		     double energy, double middle, struct sums *sums, struct ledger_line *line)
{
	line->reference += energy;
	sums->flowed += fabs(energy);
	sums->variance += load->counting_square;
	if (error->count) {
		add_known(error, energy, sums, line);
	} else {
		add_unknown(load, energy, middle, sums, line);
	}
}

void ledger_note_set_aside(struct energy_ledger *ledger, int index, double delivered,
			   double received)
{
	ledger->set_aside[index][0] += delivered;
	ledger->set_aside[index][1] += received;
}

static double set_aside(const struct energy_ledger *ledger, int index,
			enum ledger_quantity quantity)
{
	const double *kept = ledger->set_aside[index];

	return quantity == LEDGER_DELIVERED  ? kept[0]
	       : quantity == LEDGER_RECEIVED ? kept[1]
					     : kept[0] - kept[1];
}

void ledger_line(const struct energy_ledger *ledger, int index, enum ledger_quantity quantity,
		 struct ledger_line *line)
{
	const struct ledger_error *errors = ledger->errors[index];
	const struct meter_registers *newest = &ledger->newest[index];
	double middle, half_width;
	double count = newest->watt_hours_per_count;
	struct sums sums = {.variance = count * count / 6};

	*line = (struct ledger_line){.registered =
					     register_watt_hours(newest, quantity) -
					     register_watt_hours(&ledger->first[index], quantity)};
	span_of_errors(errors, ledger->load_count, &middle, &half_width);
	for (int i = 0; i < ledger->load_count; i++) {
		double energy = energy_of(&ledger->loads[i], quantity);

		if (energy != 0) {
			add_load(&ledger->loads[i], &errors[i], energy, middle, &sums, line);
		}
	}
	double unknown = sums.unknown * half_width / 100 / ROOT_OF_THREE;
	double reversal = quantity == LEDGER_NET ? 0 : ledger->reversal_watt_hours / ROOT_OF_THREE;
	line->expected -= set_aside(ledger, index, quantity);
	line->residual = line->registered - line->expected;
	line->expanded_uncertainty =
		2 * sqrt(sums.variance + unknown * unknown + sums.calibration * sums.calibration +
			 reversal * reversal);
	line->unknown_share = sums.flowed > 0 ? sums.unknown / sums.flowed : 0;
}
