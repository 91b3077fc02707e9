#ifndef KEEPFRAME_CPOSTGRES_H
#define KEEPFRAME_CPOSTGRES_H

// PostgreSQL's client library libpq, found at run time with dlopen, so that the package builds
// without it. Only what is called is here; libpq's own documentation says the rest.
//
// Any thread may call `ckeepframe_postgres_load`. A connection and its results are for one thread at
// a time.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ckeepframe_postgres_problem_size = 512 };

/// Loads the library called `name`, once for the process, and leaves it loaded. False with `problem`
/// filled if it is not there or lacks a function.
bool ckeepframe_postgres_load(const char *name, char *problem);

/// Whether the library called `name` could be used; it is not.
bool ckeepframe_postgres_try(const char *name, char *problem);

/// Whether libpq can read the address. What it says of one that it cannot read may hold the
/// password, so it is not given.
bool ckeepframe_postgres_can_read(const char *address);

/// A connection, open or not.
typedef struct pg_conn ckeepframe_postgres_connection;
/// What the server answered.
typedef struct pg_result ckeepframe_postgres_result;

/// Connects to an address that libpq can read, within `seconds` unless the address says otherwise.
/// NULL if there is no memory; else to be closed, whether it `is_open` or not.
ckeepframe_postgres_connection *ckeepframe_postgres_connect(const char *address, const char *seconds);
bool ckeepframe_postgres_is_open(const ckeepframe_postgres_connection *connection);
/// The last failure, in libpq's or the server's words. Owned by the connection.
const char *ckeepframe_postgres_problem(const ckeepframe_postgres_connection *connection);
/// Never the password. Owned by the connection; NULL if there is none.
const char *ckeepframe_postgres_host(const ckeepframe_postgres_connection *connection);
const char *ckeepframe_postgres_port(const ckeepframe_postgres_connection *connection);
const char *ckeepframe_postgres_database(const ckeepframe_postgres_connection *connection);
void ckeepframe_postgres_close(ckeepframe_postgres_connection *connection);

/// Sends one command with its values as text; its rows will be binary. False if it cannot be sent.
bool ckeepframe_postgres_send(
  ckeepframe_postgres_connection *connection, const char *command, int value_count, const char *const *values);
/// Waits for the answer to what was sent, `milliseconds` at most: 1 if it is there, 0 if not, -1 if
/// the connection broke.
int ckeepframe_postgres_wait(ckeepframe_postgres_connection *connection, int milliseconds);
/// Asks the server to end the command that is running.
void ckeepframe_postgres_cancel(ckeepframe_postgres_connection *connection);
/// Takes the answer, and with it all that is left of the command. To be freed.
ckeepframe_postgres_result *ckeepframe_postgres_take(ckeepframe_postgres_connection *connection);

/// Whether the command was done.
bool ckeepframe_postgres_is_done(const ckeepframe_postgres_result *result);
/// The five letters of its SQLSTATE and what the server said of a failure; NULL if it did not.
const char *ckeepframe_postgres_state(const ckeepframe_postgres_result *result);
const char *ckeepframe_postgres_message(const ckeepframe_postgres_result *result);
int ckeepframe_postgres_rows(const ckeepframe_postgres_result *result);
int ckeepframe_postgres_columns(const ckeepframe_postgres_result *result);
/// A value in the binary form of its type; NULL for null. Owned by the result.
const uint8_t *ckeepframe_postgres_value(const ckeepframe_postgres_result *result, int row, int column, size_t *size);
void ckeepframe_postgres_free(ckeepframe_postgres_result *result);

#endif
