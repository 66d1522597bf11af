/*
 * Every printed word of the reports, one line each: identifier and English text. A further language
 * is a further argument of WORD here and one more column in report_text.c. {1} … {9} stand for
 * arguments. Identifiers that equal a value of the record (spaces and hyphens as _) are found by
 * that value: report_text_of("does not conform").
 */
#ifndef REPORTS_REPORT_WORDS_H
#define REPORTS_REPORT_WORDS_H

#define REPORT_WORDS(WORD)                                                                             \
	WORD(test_report, "Test report")                                                               \
	WORD(virtual_marking, "Virtual laboratory – not a measurement of a physical meter")            \
	WORD(page_of, "Page {1} of {2}")                                                               \
	WORD(record_id, "Record {1}")                                                                  \
	WORD(end_of_report, "End of report")                                                           \
	WORD(no_end_entry, "not finished (the record has no end)")                                     \
	WORD(no_verdict, "no verdict")                                                                 \
	WORD(void_verdict, "void: bench fault")                                                        \
	WORD(void_results, "{1} results are void: a check of the bench after them failed, or the "     \
			   "bench stopped in their step. They are no verdict on the meter.")           \
	WORD(checks_of_bench, "Checks of the bench by the check standard")                             \
	WORD(difference, "Departs by %")                                                               \
	WORD(bench_uncertainty, "U bench %")                                                           \
	WORD(check_uncertainty, "U check %")                                                           \
	WORD(normalized_error, "E_n")                                                                  \
	WORD(good, "Good")                                                                             \
	WORD(void_title, "Void results")                                                               \
	WORD(from_result, "From")                                                                      \
	WORD(to_result, "To")                                                                          \
	WORD(overrides_title, "Equipment gates that were overridden")                                  \
	WORD(gate, "Gate")                                                                             \
	/* cover */                                                                                    \
	WORD(meter_verdict, "The meter, over the mandatory requirements")                              \
	WORD(run_state, "The run")                                                                     \
	WORD(counts_title, "Verdicts by form")                                                         \
	WORD(form, "Form")                                                                             \
	WORD(total, "Total")                                                                           \
	WORD(conforms, "conforms")                                                                     \
	WORD(not_evaluated, "not evaluated")                                                           \
	WORD(inconclusive, "inconclusive")                                                             \
	WORD(does_not_conform, "does not conform")                                                     \
	WORD(informative, "informative")                                                               \
	WORD(complete, "complete")                                                                     \
	WORD(aborted, "aborted")                                                                       \
	WORD(bench_fault, "bench fault")                                                               \
	WORD(unread_limits,                                                                            \
	     "{1} of {2} verdicts rest on limits whose text nobody has read as a requirement of "      \
	     "this "                                                                                   \
	     "evaluation: {3} recalled, {4} stand-in (borrowed from another document). They show "     \
	     "what the "                                                                               \
	     "meter does; they do not show conformity with an official requirement.")                  \
	WORD(all_limits_read, "All {1} verdicts rest on limits that were read in their document "      \
			      "or entered by the laboratory.")                                         \
	WORD(limits_to_be_entered, "{1} results are not evaluated because the laboratory has not "     \
				   "entered the figure from "                                          \
				   "the official text.")                                               \
	WORD(type_title, "Judgement of a type over its samples")                                       \
	WORD(type_verdict, "The type, over the mandatory requirements of all samples")                 \
	WORD(type_state, "The runs")                                                                   \
	WORD(samples_title, "Samples")                                                                 \
	WORD(sample, "Sample")                                                                         \
	WORD(samples, "Samples")                                                                       \
	WORD(type_runs, "Runs")                                                                        \
	WORD(type_run, "Run")                                                                          \
	WORD(type_runs_title, "Runs that took part")                                                   \
	WORD(type_requirements_title, "Every requirement on every sample")                             \
	WORD(requirement, "Requirement")                                                               \
	WORD(of_samples, "Samples by serial number")                                                   \
	WORD(type_checks_title, "Across the samples: what has to be the same")                         \
	WORD(type_spreads_title,                                                                       \
	     "Across the samples: errors where they differ most (informative)")                        \
	WORD(test, "Test")                                                                             \
	WORD(direction, "Direction")                                                                   \
	WORD(least, "Least %")                                                                         \
	WORD(most, "Most %")                                                                           \
	WORD(spread, "Spread %")                                                                       \
	WORD(judgings_title, "Judged again: the verdicts above are those of the newest judging")       \
	WORD(judging, "Judging")                                                                       \
	WORD(by, "By")                                                                                 \
	WORD(reason, "Reason")                                                                         \
	WORD(limits_used, "Limits")                                                                    \
	WORD(rule, "Rule")                                                                             \
	WORD(decision_rule, "Decision rule")                                                           \
	WORD(wanted_uncertainty, "Wanted uncertainty")                                                 \
	WORD(statements, "Statements")                                                                 \
	WORD(only_items_tested, "The results relate only to the items tested.")                        \
	WORD(whole_only, "This report is meant to be reproduced in full only.")                        \
	WORD(no_approval, "This report is not an approval and grants no right.")                       \
	WORD(signature_name, "Name")                                                                   \
	WORD(signature_date, "Date")                                                                   \
	WORD(signature_sign, "Signature")                                                              \
	/* identity */                                                                                 \
	WORD(identity, "Identity of the run")                                                          \
	WORD(programme, "Programme")                                                                   \
	WORD(device, "Device")                                                                         \
	WORD(model, "Model")                                                                           \
	WORD(forms, "Forms")                                                                           \
	WORD(laboratory_file, "Laboratory file")                                                       \
	WORD(operator_name, "Operator")                                                                \
	WORD(nobody, "not stated")                                                                     \
	WORD(program, "Program")                                                                       \
	WORD(program_text, "{1} {2}, revision {3}")                                                    \
	WORD(seed, "Seed")                                                                             \
	WORD(period, "First and last entry (UTC)")                                                     \
	WORD(period_text, "{1} to {2}")                                                                \
	WORD(last_hash, "Hash of the last entry")                                                      \
	WORD(entries, "Entries")                                                                       \
	WORD(files_title, "Files that took part")                                                      \
	WORD(role, "Role")                                                                             \
	WORD(file, "File")                                                                             \
	WORD(sha256, "SHA-256")                                                                        \
	WORD(procedure, "procedure")                                                                   \
	WORD(limits, "limits")                                                                         \
	WORD(not_covered, "Not covered by the notice")                                                 \
	WORD(catalogue, "catalogue")                                                                   \
	WORD(lab, "laboratory")                                                                        \
	WORD(certificate, "certificate")                                                               \
	WORD(schema, "schema")                                                                         \
	/* equipment */                                                                                \
	WORD(equipment, "Equipment and certificates")                                                  \
	WORD(instruments_title, "Instruments")                                                         \
	WORD(instrument, "Instrument")                                                                 \
	WORD(roles, "Roles")                                                                           \
	WORD(maker, "Maker")                                                                           \
	WORD(serial, "Serial no.")                                                                     \
	WORD(version, "Version")                                                                       \
	WORD(connection, "Connection")                                                                 \
	WORD(certificates_title, "Calibration certificates")                                           \
	WORD(certificate_number, "Certificate")                                                        \
	WORD(issuer, "Issued by")                                                                      \
	WORD(date, "Date")                                                                             \
	WORD(due_date, "Due")                                                                          \
	WORD(drift, "Drift %/a")                                                                       \
	WORD(validity, "Validity")                                                                     \
	WORD(valid, "valid")                                                                           \
	WORD(past_due, "PAST DUE")                                                                     \
	WORD(conditions, "Conditions")                                                                 \
	WORD(ambient, "Ambient °C")                                                                    \
	WORD(stated_by, "Stated by")                                                                   \
	WORD(time_utc, "UTC")                                                                          \
	/* meters */                                                                                   \
	WORD(positions_title, "Positions")                                                             \
	WORD(position_state, "Run")                                                                    \
	WORD(ledger_title,                                                                             \
	     "Energy ledger: registers against all energy since the meter was identified")             \
	WORD(quantity, "Quantity")                                                                     \
	WORD(reference_wh, "Reference Wh")                                                             \
	WORD(expected_wh, "With its errors")                                                           \
	WORD(registered_wh, "Registered")                                                              \
	WORD(residual_wh, "Residual Wh")                                                               \
	WORD(uncertainty_wh, "U (k = 2) Wh")                                                           \
	WORD(unknown_share, "Unknown %")                                                               \
	WORD(meters, "Meters as found through the optical port")                                       \
	WORD(position, "Pos.")                                                                         \
	WORD(service, "Service")                                                                       \
	WORD(elements, "Elements")                                                                     \
	WORD(volts, "V")                                                                               \
	WORD(voltage, "Voltage")                                                                       \
	WORD(current_range, "Current range")                                                           \
	WORD(class_amperes, "Class A")                                                                 \
	WORD(test_amperes, "Test A")                                                                   \
	WORD(firmware, "Firmware")                                                                     \
	WORD(hardware, "Hardware")                                                                     \
	WORD(device_id, "Device id")                                                                   \
	WORD(kh, "Kh Wh")                                                                              \
	WORD(kt, "Kt Wh")                                                                              \
	WORD(meter_status, "Status")                                                                   \
	WORD(forms_title, "Forms and services")                                                        \
	/* adjustment */                                                                               \
	WORD(adjustment, "Adjustment: as found and as left")                                           \
	WORD(element, "Element")                                                                       \
	WORD(gain, "Gain 10⁻⁹")                                                                        \
	WORD(delay, "Delay ns")                                                                        \
	WORD(found_unity, "Found, PF 1 %")                                                             \
	WORD(found_lagging, "Found, lag %")                                                            \
	WORD(left_unity, "Left, PF 1 %")                                                               \
	WORD(left_lagging, "Left, lag %")                                                              \
	/* results */                                                                                  \
	WORD(results_of_form, "Results, form {1}")                                                     \
	WORD(results_table, "{1}, {2}, position {3}")                                                  \
	WORD(results_of_registers, "Registers, position {1}")                                          \
	WORD(load_performance, "Load performance")                                                     \
	WORD(register, "Registers")                                                                    \
	WORD(delivered, "delivered")                                                                   \
	WORD(received, "received")                                                                     \
	WORD(net, "net")                                                                               \
	WORD(number, "No.")                                                                            \
	WORD(amperes, "A")                                                                             \
	WORD(percent_maximum, "% Imax")                                                                \
	WORD(power_factor, "PF")                                                                       \
	WORD(load, "Load")                                                                             \
	WORD(remark, "Remark")                                                                         \
	WORD(runs, "Runs")                                                                             \
	WORD(error, "Error %")                                                                         \
	WORD(uncertainty, "± U %")                                                                     \
	WORD(coverage, "k")                                                                            \
	WORD(results_of_shifts, "{1}: shift of the error, {2}, position {3}")                          \
	WORD(values_table, "{1}, position {2}")                                                        \
	WORD(checks_table, "{1}: checks, position {2}")                                                \
	WORD(temperature_coefficient, "Shift with the temperature, per kelvin")                        \
	WORD(temperature_return, "Back at reference temperature")                                      \
	WORD(burden, "Burden of the voltage circuits")                                                 \
	WORD(burden_effect, "Effect of the burden on the bench")                                       \
	WORD(remote_reading, "Reading through the communication module")                               \
	WORD(zigbee, "Zigbee traffic")                                                                 \
	WORD(disconnect, "Service disconnect")                                                         \
	WORD(demand, "Demand")                                                                         \
	WORD(demand_interval, "Length of the demand interval")                                         \
	WORD(demand_reset, "Demand reset")                                                             \
	WORD(interval_integrity, "Disturbed demand intervals")                                         \
	WORD(recorder, "Pulse recorder")                                                               \
	WORD(time_of_use, "Time of use: sum of the rates")                                             \
	WORD(rate_switching, "Rate in force")                                                          \
	WORD(spurious_energy, "Energy lost or invented")                                               \
	WORD(supply_interruption, "Interruptions of the supply")                                       \
	WORD(clock_with_supply, "Clock with supply")                                                   \
	WORD(clock_on_reserve, "Clock on its reserve")                                                 \
	WORD(inspection, "Inspection by the operator")                                                 \
	WORD(documents, "Examination of documents")                                                    \
	WORD(check_standard, "Bench against its check standard")                                       \
	WORD(question, "Question")                                                                     \
	WORD(answer, "Answer and what was seen")                                                       \
	WORD(who_and_when, "Who, when, evidence")                                                      \
	WORD(answers, "Prepared answers")                                                              \
	WORD(shift, "Shift %")                                                                         \
	WORD(ratio, "L/U")                                                                             \
	WORD(what, "What")                                                                             \
	WORD(what_direction, "{1}, {2}")                                                               \
	WORD(value, "Value")                                                                           \
	WORD(plain_uncertainty, "± U")                                                                 \
	WORD(unit, "Unit")                                                                             \
	WORD(plain_limit, "Limit")                                                                     \
	WORD(indicated, "Indicated or seen")                                                           \
	WORD(expected, "Expected")                                                                     \
	WORD(phase_sequence, "Phase sequence")                                                         \
	WORD(limit, "Limit %")                                                                         \
	WORD(basis, "Basis")                                                                           \
	WORD(verdict, "Verdict")                                                                       \
	WORD(informative_verdict, "{1} (informative)")                                                 \
	WORD(results_legend, "U: expanded uncertainty, coverage about 95 %, two significant "          \
			     "digits; the error has the same "                                         \
			     "decimals. Basis of the limit: read – its text was read; recalled – " \
			     "from memory; stand-in – "                                              \
			     "borrowed from another document; laboratory – entered by the "          \
			     "laboratory. No limit: the "                                              \
			     "table of limits has no row for this load. L/U: test uncertainty "        \
			     "ratio, the limit by U.")                                                 \
	WORD(read, "read")                                                                             \
	WORD(recalled, "recalled")                                                                     \
	WORD(stand_in, "stand-in")                                                                     \
	WORD(laboratory, "laboratory")                                                                 \
	WORD(limits_title, "Limits used")                                                              \
	WORD(document, "Document")                                                                     \
	WORD(clause, "Clause")                                                                         \
	WORD(note, "Note")                                                                             \
	WORD(verdicts, "Verdicts")                                                                     \
	WORD(no_results, "The record has no results.")                                                 \
	/* curves */                                                                                   \
	WORD(load_curve, "Load curve, form {1}, {2} V")                                                \
	WORD(axis_current, "Current in A")                                                             \
	WORD(axis_error, "Error in %")                                                                 \
	WORD(curve_key, "PF {1}")                                                                      \
	WORD(limit_key, "limit, PF {1}")                                                               \
	/* registers */                                                                                \
	WORD(registers, "Register tests: readings and doses")                                          \
	WORD(readings_title, "Register readings")                                                      \
	WORD(step, "Step")                                                                             \
	WORD(moment, "Moment")                                                                         \
	WORD(before, "before")                                                                         \
	WORD(after, "after")                                                                           \
	WORD(counts_delivered, "Delivered")                                                            \
	WORD(counts_received, "Received")                                                              \
	WORD(counts_net, "Net")                                                                        \
	WORD(watt_hours_per_count, "Wh per count")                                                     \
	WORD(doses_title, "Doses of energy")                                                           \
	WORD(asked, "Asked Wh")                                                                        \
	WORD(reference_energy, "Reference Wh")                                                         \
	WORD(reference_error, "Its error %")                                                           \
	WORD(pulses, "Pulses")                                                                         \
	/* notes and faults */                                                                         \
	WORD(notes, "Notes, faults and safe state")                                                    \
	WORD(faults_title, "Faults: why the run ended early")                                          \
	WORD(kind_of_fault, "Kind")                                                                    \
	WORD(text, "Text")                                                                             \
	WORD(no_faults, "No fault was recorded.")                                                      \
	WORD(notes_title, "Notes")                                                                     \
	WORD(no_notes, "No note was recorded.")                                                        \
	WORD(safe_state_title, "Safe state")                                                           \
	WORD(source_off, "Source off")                                                                 \
	WORD(confirmed_by, "Confirmed by")                                                             \
	WORD(no_safe_state, "The record does not say that the source was switched off.")               \
	WORD(yes, "yes")                                                                               \
	WORD(no, "NO")                                                                                 \
	/* annex */                                                                                    \
	WORD(annex, "Annex: uncertainty budgets")                                                      \
	WORD(unit_standard_uncertainty, "u(x)")                                                        \
	WORD(unit_contribution, "c·u(x)")                                                              \
	WORD(value_budget, "{1}, form {2}: budget of result {3} ({4}), in {5}")                        \
	WORD(budget_example, "{1}, form {2}: budget of result {3} ({4})")                              \
	WORD(contribution, "Contribution")                                                             \
	WORD(distribution, "Distribution")                                                             \
	WORD(standard_uncertainty, "u(x) %")                                                           \
	WORD(sensitivity, "c")                                                                         \
	WORD(contribution_to_result, "c·u(x) %")                                                       \
	WORD(degrees_of_freedom, "ν")                                                                  \
	WORD(combined, "Combined standard uncertainty, effective ν")                                   \
	WORD(expanded, "Expanded uncertainty U = k·u, k = {1}")                                        \
	WORD(isolation, "Isolation transformers")                                                      \
	WORD(reference_calibration, "Reference standard: calibration")                                 \
	WORD(reference_drift, "Reference standard: drift since")                                       \
	WORD(reference_interpolation, "Reference standard: between points")                            \
	WORD(reference_influence, "Reference standard: influence of the condition")                    \
	WORD(reference_counting, "Reference standard: resolution")                                     \
	WORD(pulse_edge, "Edge of the meter's pulse")                                                  \
	WORD(repeatability, "Repeatability of the runs")                                               \
	WORD(register_resolution, "Resolution of the register")                                        \
	WORD(clock_reading, "Reading of the clock before")                                             \
	WORD(clock_reading_after, "Reading of the clock after")                                        \
	WORD(time_base, "The bench's time")                                                            \
	WORD(source_stability, "Stability of the source")                                              \
	WORD(voltage_balance, "Sum of the source's voltages")                                          \
	WORD(temperature, "Temperature of the meters")                                                 \
	WORD(wattmeter_relative, "Wattmeter: of the value")                                            \
	WORD(wattmeter_least, "Wattmeter: near zero")                                                  \
	WORD(normal, "normal")                                                                         \
	WORD(rectangular, "rectangular")                                                               \
	WORD(triangular, "triangular")                                                                 \
	WORD(student, "Student")                                                                       \
	WORD(infinite, "∞")                                                                            \
	WORD(budgets_of_form, "All budgets, form {1}: contributions c·u(x) in %")                      \
	WORD(short_reference_calibration, "Cal.")                                                      \
	WORD(short_reference_drift, "Drift")                                                           \
	WORD(short_reference_interpolation, "Interp.")                                                 \
	WORD(short_reference_influence, "Infl.")                                                       \
	WORD(short_reference_counting, "Count")                                                        \
	WORD(short_pulse_edge, "Edge")                                                                 \
	WORD(short_repeatability, "Repeat.")                                                           \
	WORD(short_register_resolution, "Register")                                                    \
	WORD(short_source_stability, "Source")                                                         \
	WORD(short_combined, "u %")                                                                    \
	WORD(short_freedom, "ν eff")                                                                   \
	WORD(short_expanded, "U %")                                                                    \
	WORD(budget_legend,                                                                            \
	     "Cal., Drift, Interp., Infl., Count: the reference standard's calibration, drift "        \
	     "since it (of a shift: between its two conditions), interpolation between its "           \
	     "points, influence of the changed condition on it, resolution. Edge: instant of the "     \
	     "meter's pulse. Repeat.: "                                                                \
	     "spread of the "                                                                          \
	     "runs. Register: resolution of the register. Source: stability of the source.")

#endif
