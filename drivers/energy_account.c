/* Pieces of the standard's energy register, see the header. */
#include "drivers/energy_account.h"

#include <string.h>

#include "drivers/lab.h"

static bool carries_current(const struct three_phase *load)
{
	return load->amperes[0].rms > 0 || load->amperes[1].rms > 0 || load->amperes[2].rms > 0;
}

static enum status read_piece(struct lab *lab)
{
	struct energy_account *account = lab->account;
	struct instrument *standard = lab->reference_standard;
	double watt_hours = 0;
	double resolution = 0;
	enum status status =
		standard->reference_standard->energy_read(standard, &watt_hours, &resolution);

	if (!status) {
		account->piece(account->context, &account->load,
			       watt_hours - account->counted_watt_hours, resolution);
		account->counted_watt_hours = watt_hours;
	}
	return status;
}

static enum status restart(struct lab *lab)
{
	struct energy_account *account = lab->account;
	struct instrument *standard = lab->reference_standard;
	enum status status = standard->reference_standard->energy_start(standard);

	account->is_running = !status;
	account->counted_watt_hours = 0;
	if (!status) {
		account->piece(account->context, &account->load, 0, 0);
	}
	return status;
}

enum status energy_account_before(struct lab *lab)
{
	struct energy_account *account = lab->account;
	enum status status = STATUS_OK;

	if (!account || !lab->reference_standard) {
		return STATUS_OK;
	}
	if (account->is_running) {
		status = read_piece(lab);
	}
	/* between two loads with current the register goes on, or what flows would be lost */
	if (!status && (!account->is_running || !carries_current(&account->load))) {
		status = restart(lab);
	}
	return status;
}

void energy_account_after(struct lab *lab, const struct three_phase *load)
{
	if (lab->account) {
		lab->account->load = *load;
	}
}

void energy_account_held(struct lab *lab, const struct three_phase *load)
{
	if (lab->account) {
		lab->account->held = *load;
	}
}

void energy_account_name(struct lab *lab, const struct three_phase *given,
			 const struct three_phase *named)
{
	struct energy_account *account = lab->account;

	if (account && !memcmp(&account->load, given, sizeof(*given))) {
		account->load = *named;
	}
	if (account && !memcmp(&account->held, given, sizeof(*given))) {
		account->held = *named;
	}
}

void energy_account_end(struct lab *lab)
{
	struct energy_account *account = lab->account;

	if (!account || !account->is_running) {
		return;
	}
	if (lab->reference_standard->reference_standard->energy_stop(lab->reference_standard) ||
	    read_piece(lab)) {
		account->is_broken = true;
	}
	account->is_running = false;
	account->load = (struct three_phase){.hertz = 0};
}

enum status lab_energy_start(struct lab *lab)
{
	struct energy_account *account = lab->account;
	struct instrument *standard = lab->reference_standard;
	enum status status = STATUS_OK;

	if (!account) {
		return standard->reference_standard->energy_start(standard);
	}
	if (account->is_running) {
		status = read_piece(lab);
	}
	if (!status) {
		status = restart(lab);
	}
	account->load = account->held;
	return status;
}

enum status lab_energy_stop(struct lab *lab, double *watt_hours, double *resolution_watt_hours)
{
	struct energy_account *account = lab->account;
	struct instrument *standard = lab->reference_standard;
	enum status status = standard->reference_standard->energy_stop(standard);

	if (!status) {
		status = standard->reference_standard->energy_read(standard, watt_hours,
								   resolution_watt_hours);
	}
	if (!status && account && account->is_running) {
		/* without what changes of the load since the start have told already */
		account->piece(account->context, &account->load,
			       *watt_hours - account->counted_watt_hours, *resolution_watt_hours);
		account->is_running = false;
		account->load = (struct three_phase){.hertz = account->load.hertz};
	}
	return status;
}
