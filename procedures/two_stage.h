/*
 * Measuring time from the wanted uncertainty, by Stein's two stages (1945, recalled): the scatter
 * of the first runs fixes the number of runs once; the interval is made with that same scatter and
 * its few degrees of freedom, which keeps 95 % whatever the true scatter. Looking after every run
 * and stopping when U is small enough does not: it covers 92 to 95 %. Pure functions.
 */
#ifndef PROCEDURES_TWO_STAGE_H
#define PROCEDURES_TWO_STAGE_H

/*
 * n = max(first, ceil((t_95(first - 1) s / U)^2)), at most `most`: as many runs as make t s/sqrt(n)
 * no more than the wanted expanded uncertainty U of the mean. `first` >= 2; s and U in one unit.
 */
int two_stage_runs(int first, double deviation, double wanted_uncertainty, int most);

#endif
