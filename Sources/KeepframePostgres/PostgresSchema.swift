internal import KeepframeLibrary

/// The tables of a library in PostgreSQL, all in the schema `keepframe`, and the scripts that make
/// and fill them.
enum PostgresSchema {
  /// Counts up when a table changes. Tables may be added without: readers pass over what they do
  /// not know.
  static let version = 1
  /// pgvector stores no longer vectors.
  static let longestVector = 16_000
  /// It makes HNSW indexes of no longer ones.
  static let longestIndexed = 2_000

  /// A table with what each column holds, in the order in which rows are written.
  struct Table {
    let name: String
    let comment: String
    let columns: [Column]
    /// What holds of the columns together.
    let rules: [String]

    var file: String { "\(name).csv" }
  }

  struct Column {
    let name: String
    let type: String
    let comment: String

    init(_ name: String, _ type: String, _ comment: String) { (self.name, self.type, self.comment) = (name, type, comment) }
  }

  /// - Parameter space: decides how long vectors are.
  static func tables(_ space: VectorSpace) -> [Table] {
    let video = "bigint NOT NULL REFERENCES keepframe.video (id) ON DELETE CASCADE"
    let (moment, context) = ("vector(\(space.momentDimension))", "vector(\(space.contextDimension))")
    return [
      Table(
        name: "library", comment: "One row: what the vectors of this library are.",
        columns: [
          Column("version", "integer NOT NULL", "Version of these tables; a newer one is refused by older programs."),
          Column("space", "jsonb NOT NULL", "What made the vectors: backbone, model, encoder, and lengths of vectors."),
        ], rules: []),
      Table(
        name: "video", comment: "A video: what is known of it without its vectors.",
        columns: [
          Column("id", "bigint PRIMARY KEY", "Number of the video in the library that was exported."),
          Column("content", "text NOT NULL UNIQUE", "SHA-256 of the size and of the first and last mebibyte."),
          Column("size_bytes", "bigint NOT NULL", "Size of the file."),
          Column("duration_s", "double precision NOT NULL", "Seconds from the start of the first frame to the end of the last."),
          Column("frame_rate", "double precision", "Frames a second; null where the file gives none."),
          Column("width", "integer NOT NULL", "Width as shown, in pixels."),
          Column("height", "integer NOT NULL", "Height as shown, in pixels."),
          Column("moments", "integer NOT NULL", "How many frames were retained."),
          Column("contexts", "integer NOT NULL", "How many context vectors there are."),
          Column("is_partial", "boolean NOT NULL", "Whether something of the video was missing when it was indexed."),
          Column("recorded_s", "double precision", "When it was recorded, in seconds since 1970; null where that is not known."),
        ], rules: []),
      Table(
        name: "path", comment: "Where a video was found. The earliest path of a video is its own, others are copies.",
        columns: [
          Column("path", "bytea PRIMARY KEY", "The path as bytes: it need not be text."),
          Column("name", "text", "The path as text; null where it is none, or has control characters."),
          Column("video", video, "Whose path it is."),
          Column("added_s", "double precision NOT NULL", "Since when, in seconds since 1970."),
        ], rules: []),
      Table(
        name: "moment", comment: "A retained frame.",
        columns: [
          Column("video", video, "Which video it is of."),
          Column("number", "integer NOT NULL", "Its number among the retained frames of the video, from 0."),
          Column("seconds", "double precision NOT NULL", "When it is shown, in seconds since the first frame."),
          Column("covers_from_s", "double precision NOT NULL", "Start of the first sample that it stands for."),
          Column("covers_to_s", "double precision NOT NULL", "End of the last sample that it stands for."),
          Column("frame", "bigint NOT NULL", "Index of the frame in the order in which frames are shown, from 0."),
          Column("pts", "bigint NOT NULL", "Time of the frame in ticks of the time base of the file."),
          Column("vector", "\(moment) NOT NULL", "What it shows, of unit length: similarity is the inner product, -1 to 1."),
        ], rules: ["PRIMARY KEY (video, number)"]),
      Table(
        name: "run", comment: "Which moment stands for what is on display, from a time on until the next run of the video.",
        columns: [
          Column("video", video, "Which video it is of."),
          Column("number", "integer NOT NULL", "Its number among the runs of the video, from 0."),
          Column("seconds", "double precision NOT NULL", "When it begins, in seconds since the first frame."),
          Column("moment", "integer NOT NULL", "Number of the moment."),
        ],
        rules: ["PRIMARY KEY (video, number)", "FOREIGN KEY (video, moment) REFERENCES keepframe.moment ON DELETE CASCADE"]),
      Table(
        name: "sample", comment: "A frame that was looked at, some four a second: what tells the time of a clip.",
        columns: [
          Column("video", video, "Which video it is of."),
          Column("number", "integer NOT NULL", "Its number among the samples of the video, from 0."),
          Column("seconds", "double precision NOT NULL", "When it is shown, in seconds since the first frame."),
          Column("direction", "bytea NOT NULL", "A byte a value, -127 to 127: divided by its length it is the vector."),
        ], rules: ["PRIMARY KEY (video, number)"]),
      Table(
        name: "piece", comment: "Something that a video says in words.",
        columns: [
          Column("id", "bigint PRIMARY KEY", "Counts up over all videos."),
          Column("video", video, "Which video says it."),
          Column("channel", "text NOT NULL", "title (also the name of a file), chapter, subtitle, screen or label."),
          Column("from_s", "double precision NOT NULL", "When it begins, in seconds since the first frame."),
          Column("to_s", "double precision NOT NULL", "When it ends."),
          Column("language", "text", "As the file states it, such as eng; null where it states none."),
          Column("words", "text NOT NULL", "One line."),
        ], rules: []),
      Table(
        name: "context", comment: "A context vector: it sums up a stretch of a video.",
        columns: [
          Column("video", video, "Which video it is of."),
          Column("number", "integer NOT NULL", "Its number among the contexts of the video, from 0."),
          Column("from_s", "double precision NOT NULL", "Start of the stretch, in seconds since the first frame."),
          Column("to_s", "double precision NOT NULL", "End of the stretch."),
          Column("kind", "text NOT NULL", "video, window, part or shot."),
          Column("level", "integer NOT NULL", "1 for a window of retained frames, 2 for a window of those, and so on."),
          Column("vector", "\(context) NOT NULL", "The context; compare it with contexts only."),
        ], rules: ["PRIMARY KEY (video, number)"]),
    ]
  }

  /// `schema.sql`
  static func script(_ tables: [Table]) -> String {
    var script = """
      -- The tables of a library of videos, for PostgreSQL with the extension pgvector.
      -- load.sql runs this and fills them.

      CREATE EXTENSION IF NOT EXISTS vector;
      CREATE SCHEMA keepframe;
      COMMENT ON SCHEMA keepframe IS 'A library of videos, to be searched by what they show.';

      """
    for table in tables {
      let rules = table.columns.map { "\($0.name) \($0.type)" } + table.rules
      script += "\nCREATE TABLE keepframe.\(table.name) (\n  \(rules.joined(separator: ",\n  "))\n);\n"
      script += "COMMENT ON TABLE keepframe.\(table.name) IS \(quoted(table.comment));\n"
      for column in table.columns {
        script += "COMMENT ON COLUMN keepframe.\(table.name).\(column.name) IS \(quoted(column.comment));\n"
      }
    }
    return script + """

      -- Only one row says what the vectors are.
      CREATE UNIQUE INDEX library_one ON keepframe.library ((true));
      CREATE INDEX path_video ON keepframe.path (video);
      CREATE INDEX piece_words ON keepframe.piece USING gin (to_tsvector('pg_catalog.english', words));

      """
  }

  private static func quoted(_ text: String) -> String { "'\(text.split(separator: "'").joined(separator: "''"))'" }

  /// `load.sql`
  static func loading(_ tables: [Table]) -> String {
    let copies = tables.map { table in
      "\\copy keepframe.\(table.name) (\(table.columns.map(\.name).joined(separator: ", "))) "
        + "FROM '\(table.file)' WITH (FORMAT csv, HEADER true, ENCODING 'UTF8')\n"
    }
    return """
      -- Loads the library into a database with the encoding UTF8, whole or not at all. In this folder, run
      --   psql -X -f load.sql postgresql://user@host/database
      -- With -v replace=1 it takes the place of a library that was loaded before.

      \\set ON_ERROR_STOP on
      BEGIN;
      SET LOCAL client_min_messages = warning;
      \\if :{?replace}
      DROP SCHEMA IF EXISTS keepframe CASCADE;
      \\endif
      \\ir schema.sql
      \(copies.joined())COMMIT;
      ANALYZE \(tables.map { "keepframe.\($0.name)" }.joined(separator: ", "));

      """
  }

  /// `index.sql`
  static func indexing(_ space: VectorSpace) -> String {
    let head = """
      -- Optional: indexes for your own queries that want the nearest few rows at once, such as
      --   SELECT video, seconds FROM keepframe.moment ORDER BY vector <#> '[...]' LIMIT 10;
      -- They are approximate: some of the nearest rows are missed, more with a low hnsw.ef_search (40 if not set), and more where a
      -- WHERE leaves out many rows. They take about as much space as the vectors, minutes to hours to build (raise
      -- maintenance_work_mem so that they fit into it), and make loading slower. A search by Keepframe compares every moment,
      -- is exact, and never uses them.


      """
    func index(_ table: String, _ dimension: Int) -> String {
      dimension > longestIndexed
        ? "-- No index of keepframe.\(table): pgvector makes none of vectors longer than \(longestIndexed).\n"
        : "CREATE INDEX \(table)_vector ON keepframe.\(table) USING hnsw (vector vector_ip_ops)\n"
          + "  WITH (m = 16, ef_construction = 64);\n"
    }
    return head + index("moment", space.momentDimension) + index("context", space.contextDimension)
  }
}
