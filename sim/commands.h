/* commands.h - the commands of cerberus-sim; each gets its own words (argv[0] is its name) and answers an exit code. */
#ifndef SIM_COMMANDS_H
#define SIM_COMMANDS_H

int command_backtest(int argc, char **argv);
int command_feed(int argc, char **argv);
int command_import(int argc, char **argv);
int command_inspect(int argc, char **argv);
int command_export(int argc, char **argv);
int command_config(int argc, char **argv);
int command_replay(int argc, char **argv);
int command_whatif(int argc, char **argv);
int command_serve(int argc, char **argv);

#endif
