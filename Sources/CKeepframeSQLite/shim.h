// What Swift cannot call of SQLite: sqlite3_db_config takes a varying number of arguments.
#pragma once

#include <sqlite3.h>

/// Makes a connection, a `sqlite3 *`, wary of the file that it is open on: it may be from anywhere. Nothing that the file
/// defines is run, no page of it can be written as if it were a plain table, and no value in it can fill the memory.
static inline void keepframe_sqlite_distrust(void *connection) {
  sqlite3 *db = (sqlite3 *)connection;
  sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, (void *)0);
  sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, (void *)0);
  sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, (void *)0);
  sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, (void *)0);
  sqlite3_limit(db, SQLITE_LIMIT_LENGTH, 1 << 24);
  sqlite3_limit(db, SQLITE_LIMIT_SQL_LENGTH, 1 << 16);
  sqlite3_limit(db, SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1 << 8);
}
