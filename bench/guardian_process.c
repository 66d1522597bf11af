/*
 * The guardian's own process. It waits for signs of life; their end, or none for too long, means
 * that nobody else will switch the source off. A session of its own, signals ignored, memory
 * locked.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench/command.h"
#include "bench/guardian.h"

/* A bench that waits says so every second; only a hang in a system call keeps it silent so long. */
#define PATIENCE_SECONDS 15
#define ATTEMPTS 3

enum {
	BENCH = 1,
	LIFE,
	FOLDER,
	SOURCE,
	INSTRUMENT_WORDS = 4,
	STANDARD = SOURCE + INSTRUMENT_WORDS
};

enum farewell { FAREWELL_DONE, FAREWELL_DEATH, FAREWELL_HANG };

static FILE *log_file;

static void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void say(const char *format, ...)
{
	char words[700], utc[21];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(words, sizeof(words), format, arguments);
	va_end(arguments);
	clock_utc_text(clock_wall(), utc);
	fprintf(stderr, "\nmcbench guardian: %s\n", words);
	if (log_file) {
		fprintf(log_file, "%s %s\n", utc, words);
		fflush(log_file);
	}
}

static enum farewell watch(int life)
{
	for (;;) {
		char bytes[64];
		struct pollfd wait = {.fd = life, .events = POLLIN};
		int ready = poll(&wait, 1, PATIENCE_SECONDS * 1000);

		if (ready == 0) {
			return FAREWELL_HANG;
		}
		ssize_t count = ready > 0 ? read(life, bytes, sizeof(bytes)) : -1;
		if (count == 0) {
			return FAREWELL_DEATH;
		}
		if (count > 0 && memchr(bytes, 'D', (size_t)count)) {
			return FAREWELL_DONE;
		}
		if (count < 0 && errno != EINTR && errno != EAGAIN) {
			return FAREWELL_DEATH;
		}
	}
}

/* A bench that hangs may wake up and speak on the same line. */
static void kill_bench(pid_t bench, int life)
{
	if (getppid() == bench) {
		kill(bench, SIGKILL);
	}
	for (;;) {
		char bytes[64];
		struct pollfd wait = {.fd = life, .events = POLLIN};

		if (poll(&wait, 1, 5000) <= 0 || read(life, bytes, sizeof(bytes)) == 0) {
			return;
		}
	}
}

static enum status open_instrument(char **words, struct instrument **instrument)
{
	const struct instrument_driver *driver = instrument_driver_find(words[0]);
	struct port *port;

	if (!driver) {
		return status_fail(STATUS_BAD_INPUT, "there is no driver %s", words[0]);
	}
	enum status status = port_adopt(words[2], atoi(words[3]), clock_wall(), &port);
	if (status) {
		return status;
	}
	for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
		status = instrument_open(driver, words[1], port, instrument);
		if (!status) {
			return STATUS_OK;
		}
	}
	return status;
}

static enum status switch_off(int argc, char **argv)
{
	struct lab lab = {.clock = clock_wall(), .name = "guarded"};
	enum status status = open_instrument(argv + SOURCE, &lab.power_source);

	lab.reference_standard = lab.power_source;
	if (!status && argc > STANDARD) {
		status = open_instrument(argv + STANDARD, &lab.reference_standard);
	}
	for (int attempt = 0; !status && attempt < ATTEMPTS; attempt++) {
		status = lab_off(&lab);
		if (!status) {
			return STATUS_OK;
		}
	}
	return status;
}

static void leave_the_terminal(void)
{
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGQUIT, SIGTSTP};

	setsid();
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		signal(signals[i], SIG_IGN);
	}
	clock_set_abort_descriptor(-1);
	mlockall(MCL_CURRENT | MCL_FUTURE); /* where it is allowed */
}

int guardian_main(int argc, char **argv)
{
	static const char *const words[] = {[FAREWELL_DEATH] = "has died",
					    [FAREWELL_HANG] =
						    "has given no sign of life and was killed"};
	char path[1200];

	if (argc != STANDARD && argc != STANDARD + INSTRUMENT_WORDS) {
		status_fail(STATUS_BAD_INPUT, "guard is started by a run, not by a person");
		return command_fail();
	}
	leave_the_terminal();
	snprintf(path, sizeof(path), "%s/guardian.log", argv[FOLDER]);
	enum farewell farewell = watch(atoi(argv[LIFE]));
	if (farewell == FAREWELL_DONE) {
		return 0;
	}
	log_file = fopen(path, "a");
	if (farewell == FAREWELL_HANG) {
		kill_bench((pid_t)atoi(argv[BENCH]), atoi(argv[LIFE]));
	}
	say("the bench %s; switching source %s off", words[farewell], argv[SOURCE + 1]);
	enum status status = switch_off(argc, argv);
	if (status) {
		say("THE SOURCE MAY STILL BE ON: %s", status_reason());
		return EXIT_BENCH_FAULT;
	}
	say("source %s is off, the standard confirms it: no volts, no amperes", argv[SOURCE + 1]);
	return 0;
}
