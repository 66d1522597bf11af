/*
 * Descriptors of the child: 10 memory, 11 commands, 12 answers. Both sides share one core, because
 * a hand-over between two cores takes eight times as long.
 */
#include "bench/virtual_lab/emulator_process.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define MEMORY_BYTES (16u << 20) /* the board's PSRAM, exactly */
#define FIRST_CHILD_DESCRIPTOR 10
#define SAFE_DESCRIPTOR 20 /* above all that the child is given */
#define STOP_MILLISECONDS 2000
#define MESSAGE_BYTES 4096

struct emulator_process {
	struct emulator_process_options options;
	void *memory;
	int memory_descriptor;
	int messages; /* what the emulator prints: memory, never a file */
	/* Pipes, read end first. The bench keeps the child's ends open, too: the death of the child
	 * is told by its process descriptor alone, never by a signal or a half-closed pipe. */
	int commands[2];
	int answers[2];
	int failure[2]; /* errno of an exec that failed */
	pid_t process;
	int process_descriptor;
	cpu_set_t cores; /* those of the bench before */
	bool is_pinned;
};

static void close_descriptor(int *descriptor)
{
	if (*descriptor >= 0) {
		close(*descriptor);
		*descriptor = -1;
	}
}

static enum status fail_to_start(const char *what)
{
	return status_fail(STATUS_IO, "the meter's emulator cannot be started: %s: %s", what,
			   strerror(errno));
}

static enum status open_descriptors(struct emulator_process *self)
{
	self->memory_descriptor = memfd_create("meter", MFD_CLOEXEC);
	self->messages = memfd_create("messages", MFD_CLOEXEC);
	if (self->memory_descriptor < 0 || self->messages < 0 ||
	    ftruncate(self->memory_descriptor, MEMORY_BYTES)) {
		return fail_to_start("shared memory");
	}
	self->memory = mmap(NULL, MEMORY_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED,
			    self->memory_descriptor, 0);
	if (self->memory == MAP_FAILED) {
		return fail_to_start("shared memory");
	}
	/* closed on exec, or the child would hold its own write end and never see the end */
	if (pipe2(self->commands, O_CLOEXEC) || pipe2(self->answers, O_CLOEXEC) ||
	    pipe2(self->failure, O_CLOEXEC)) {
		return fail_to_start("pipes");
	}
	return STATUS_OK;
}

/* Not being allowed to choose a core costs time, nothing else. */
static void pin_to_one_core(struct emulator_process *self)
{
	int core = sched_getcpu();
	cpu_set_t one;

	if (core < 0 || sched_getaffinity(0, sizeof(self->cores), &self->cores)) {
		return;
	}
	CPU_ZERO(&one);
	CPU_SET((size_t)core, &one);
	self->is_pinned = !sched_setaffinity(0, sizeof(one), &one);
}

/* In the child, after fork: only calls that are safe there. */
static _Noreturn void become_emulator(const struct emulator_process *self, char *const arguments[],
				      pid_t bench)
{
	int failure = fcntl(self->failure[1], F_DUPFD_CLOEXEC, SAFE_DESCRIPTOR);
	int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
	int memory = fcntl(self->memory_descriptor, F_DUPFD_CLOEXEC, SAFE_DESCRIPTOR);
	int commands = fcntl(self->commands[0], F_DUPFD_CLOEXEC, SAFE_DESCRIPTOR);
	int answers = fcntl(self->answers[1], F_DUPFD_CLOEXEC, SAFE_DESCRIPTOR);

	/* Ctrl-C is for the bench, which still has to reach safe state with a living meter. */
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != bench) {
		_exit(1);
	}
	dup2(nothing, STDIN_FILENO);
	dup2(self->messages, STDOUT_FILENO);
	dup2(self->messages, STDERR_FILENO);
	close_range(STDERR_FILENO + 1, ~0u, CLOSE_RANGE_CLOEXEC);
	dup2(memory, FIRST_CHILD_DESCRIPTOR);
	dup2(commands, FIRST_CHILD_DESCRIPTOR + 1);
	dup2(answers, FIRST_CHILD_DESCRIPTOR + 2);
	setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0}); /* nothing is left on disk */
	execvp(self->options.emulator, arguments);
	ssize_t written = write(failure, &errno, sizeof(errno));
	(void)written;
	_exit(1);
}

static enum status check_exec(struct emulator_process *self)
{
	int reason;
	ssize_t count;

	close_descriptor(&self->failure[1]);
	do {
		count = read(self->failure[0], &reason, sizeof(reason));
	} while (count < 0 && errno == EINTR);
	if (count != sizeof(reason)) {
		return STATUS_OK; /* closed by exec */
	}
	if (reason == ENOENT) {
		return status_fail(STATUS_BAD_INPUT,
				   "%s is not installed, and an emulated meter needs it; run: "
				   "apt-get install qemu-system-arm",
				   self->options.emulator);
	}
	errno = reason;
	return fail_to_start(self->options.emulator);
}

static enum status start_child(struct emulator_process *self)
{
	char *arguments[] = {
		(char *)self->options.emulator,
		"-M",
		"mps2-an386,memory-backend=psram",
		"-m",
		"16M",
		"-object",
		"memory-backend-file,id=psram,size=16M,mem-path=/proc/self/fd/10,share=on",
		"-display",
		"none",
		"-monitor",
		"none",
		"-serial",
		"none",
		"-nodefaults",
		"-semihosting-config",
		"enable=on,target=native",
		"-kernel",
		(char *)self->options.image,
		self->options.is_counting ? "-icount" : NULL,
		"shift=0,sleep=off",
		NULL,
	};
	pid_t bench = getpid();

	pin_to_one_core(self);
	self->process = fork();
	if (self->process == 0) {
		become_emulator(self, arguments, bench);
	}
	if (self->process < 0) {
		return fail_to_start("fork");
	}
	self->process_descriptor = pidfd_open(self->process, 0);
	return self->process_descriptor < 0 ? fail_to_start("pidfd") : check_exec(self);
}

enum status emulator_process_start(const struct emulator_process_options *options,
				   struct emulator_process **process)
{
	struct emulator_process *self = calloc(1, sizeof(*self));

	assert(self);
	self->options = *options;
	self->memory = MAP_FAILED;
	self->memory_descriptor = self->messages = self->process_descriptor = -1;
	self->process = -1;
	for (int i = 0; i < 2; i++) {
		self->commands[i] = self->answers[i] = self->failure[i] = -1;
	}
	enum status status = open_descriptors(self);
	status = status ? status : start_child(self);
	if (status) {
		emulator_process_stop(self);
		return status;
	}
	*process = self;
	return STATUS_OK;
}

/* The image leaves when its commands end; whatever else runs there is killed. */
static void end_child(struct emulator_process *self)
{
	struct pollfd wait = {.fd = self->process_descriptor, .events = POLLIN};

	if (self->process_descriptor < 0 || poll(&wait, 1, STOP_MILLISECONDS) <= 0) {
		kill(self->process, SIGKILL);
	}
	while (waitpid(self->process, NULL, 0) < 0 && errno == EINTR) {
	}
}

void emulator_process_stop(struct emulator_process *self)
{
	if (!self) {
		return;
	}
	for (int i = 0; i < 2; i++) {
		close_descriptor(&self->commands[i]);
		close_descriptor(&self->answers[i]);
		close_descriptor(&self->failure[i]);
	}
	if (self->process > 0) {
		end_child(self);
	}
	close_descriptor(&self->process_descriptor);
	close_descriptor(&self->memory_descriptor);
	close_descriptor(&self->messages);
	if (self->memory != MAP_FAILED) {
		munmap(self->memory, MEMORY_BYTES);
	}
	if (self->is_pinned) {
		sched_setaffinity(0, sizeof(self->cores), &self->cores);
	}
	free(self);
}

void *emulator_process_memory(struct emulator_process *self)
{
	return self->memory;
}

pid_t emulator_process_id(const struct emulator_process *self)
{
	return self->process;
}

/* The first line that the emulator has printed and that is not a mere warning: what follows it are
 * registers. */
static void first_message(const struct emulator_process *self, char *text, size_t size)
{
	char all[MESSAGE_BYTES];
	ssize_t count = pread(self->messages, all, sizeof(all) - 1, 0);
	char *rest = all;

	all[count > 0 ? count : 0] = '\0';
	for (char *line = strsep(&rest, "\n"); line; line = strsep(&rest, "\n")) {
		if (line[0] && !strstr(line, "warning:")) {
			snprintf(text, size, "%s", line);
			return;
		}
	}
	snprintf(text, size, "nothing");
}

static enum status fail_as_dead(struct emulator_process *self)
{
	char message[256];
	siginfo_t end = {.si_pid = 0};

	waitid(P_PIDFD, (id_t)self->process_descriptor, &end, WEXITED | WNOHANG | WNOWAIT);
	first_message(self, message, sizeof(message));
	return status_fail(STATUS_IO,
			   "the emulated meter is gone: %s, process %d, %s %d; it said: %s",
			   self->options.emulator, (int)self->process,
			   end.si_code == CLD_EXITED ? "exit status" : "ended by signal",
			   end.si_status, message);
}

static enum status fail_to_speak(void)
{
	return status_fail(STATUS_IO, "the pipes to the emulated meter fail: %s", strerror(errno));
}

static enum status wait_for_answer(struct emulator_process *self)
{
	struct pollfd waits[2] = {
		{.fd = self->answers[0], .events = POLLIN},
		{.fd = self->process_descriptor, .events = POLLIN},
	};
	int ready;

	do {
		ready = poll(waits, 2, self->options.answer_within_milliseconds);
	} while (ready < 0 && errno == EINTR);
	if (ready < 0) {
		return fail_to_speak();
	}
	if (!ready) {
		return status_fail(STATUS_IO,
				   "the emulated meter does not answer: %s, process %d, silent for "
				   "%d s",
				   self->options.emulator, (int)self->process,
				   self->options.answer_within_milliseconds / 1000);
	}
	return waits[0].revents & POLLIN ? STATUS_OK : fail_as_dead(self);
}

enum status emulator_process_command(struct emulator_process *self, uint8_t command)
{
	uint8_t answer = 0;
	ssize_t count;

	do {
		count = write(self->commands[1], &command, 1);
	} while (count < 0 && errno == EINTR);
	enum status status = count == 1 ? wait_for_answer(self) : fail_to_speak();
	if (status) {
		return status;
	}
	do {
		count = read(self->answers[0], &answer, 1);
	} while (count < 0 && errno == EINTR);
	if (count != 1) {
		return fail_to_speak();
	}
	return answer == command ? STATUS_OK
				 : status_fail(STATUS_PROTOCOL,
					       "the emulated meter answers %02X to command %02X",
					       answer, command);
}
