package dev.writ.gateway.export;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.writ.audit.Entry;
import dev.writ.audit.Frontier;
import dev.writ.audit.LogPath;
import dev.writ.audit.LogPath.EntryBundle;
import dev.writ.audit.LogPath.HashTile;
import dev.writ.audit.MerkleHash;
import dev.writ.audit.TileBytes;
import dev.writ.audit.VerificationException;
import dev.writ.model.Digest;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExportTest {

    private static final int CHUNKS = EventExport.CHUNK * 2 + 300;

    @TempDir
    private Path folder;

    private final FakeLog log = new FakeLog();

    private Export.Result export(Path to, ExportFormat format) {
        return export(to, format, Optional.empty(), Optional.empty());
    }

    private Export.Result export(Path to, ExportFormat format, Optional<Long> from, Optional<Long> end) {
        return new Export(log, log.key(), ExportFolder.at(to))
                .run(format, from, end, plan -> OptionalLong.empty(), (done, total) -> {});
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 255, 256, 257, 700, 65_536, 66_000})
    void aTreeHoldsEveryLeafAndEveryTileOfItsCheckpoint(int size) throws IOException {
        log.with(size);

        export(folder, ExportFormat.TILES);

        assertThat(Files.readString(folder.resolve("checkpoint")))
                .isEqualTo(log.newest().note());
        Frontier frontier = Frontier.empty();
        List<byte[]> hashes = new ArrayList<>();
        for (long from = 0; from < size; from += 256) {
            int width = (int) Math.min(256, size - from);
            byte[] bundle = Files.readAllBytes(folder.resolve(new EntryBundle(from / 256, width).path()));
            for (byte[] leaf : TileBytes.leaves(new EntryBundle(from / 256, width), bundle)) {
                byte[] hash = MerkleHash.leaf(leaf);
                hashes.add(hash);
                frontier = frontier.append(hash);
            }
        }
        assertThat(Digest.fromBytes(frontier.root())).isEqualTo(log.newest().root());
        assertThat(tilesBelow(folder)).isEqualTo(expectedTiles(hashes));
    }

    /** Every tile there is to be, made level by level from the one below. */
    private static Map<String, Digest> expectedTiles(List<byte[]> leafHashes) {
        Map<String, Digest> tiles = new TreeMap<>();
        List<byte[]> level = leafHashes;
        for (int height = 0; !level.isEmpty(); height++) {
            List<byte[]> above = new ArrayList<>();
            for (int from = 0; from < level.size(); from += 256) {
                List<byte[]> tile = level.subList(from, Math.min(level.size(), from + 256));
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                tile.forEach(bytes::writeBytes);
                tiles.put(new HashTile(height, from / 256, tile.size()).path(), Digest.of(bytes.toByteArray()));
                if (tile.size() == 256) {
                    above.add(Frontier.empty().append(tile).root());
                }
            }
            level = above;
        }
        return tiles;
    }

    private static Map<String, Digest> tilesBelow(Path folder) {
        Map<String, Digest> tiles = new TreeMap<>();
        Folders.contents(folder).forEach((path, digest) -> {
            if (path.startsWith("tile/") && LogPath.parse(path) instanceof HashTile) {
                tiles.put(path, new Digest(digest));
            }
        });
        return tiles;
    }

    @ParameterizedTest
    @EnumSource(ExportFormat.class)
    void anInterruptedExportEndsWithTheSameBytes(ExportFormat format, @TempDir Path whole) {
        log.with(CHUNKS);
        export(whole, format);

        log.breakAfter(70);
        assertThatThrownBy(() -> export(folder, format)).hasMessage("the connection broke");
        log.mend();
        // What is appended meanwhile is left to the next export.
        log.with(1000);
        Export.Result result = export(folder, format);

        assertThat(result.continued()).isTrue();
        assertThat(result.plan().to()).isEqualTo(CHUNKS);
        assertThat(Folders.contents(folder)).isEqualTo(Folders.contents(whole));
    }

    @Test
    void aResumedExportVouchesForWhatTheFirstRunWrote() {
        log.with(CHUNKS);
        Entry honest = log.leaves().get(7).entry();
        log.edit(7, FakeLog.decided("mallory", "bank.pay", "allow", FakeLog.START));
        log.breakAfter(70);
        assertThatThrownBy(() -> export(folder, ExportFormat.CSV)).hasMessage("the connection broke");
        log.mend();
        log.edit(7, honest);

        assertThatThrownBy(() -> export(folder, ExportFormat.CSV)).isInstanceOf(VerificationException.class);
    }

    @ParameterizedTest
    @EnumSource(ExportFormat.class)
    void whatIsThereIsNotReadAgain(ExportFormat format) {
        log.with(CHUNKS);
        log.breakAfter(70);
        assertThatThrownBy(() -> export(folder, format)).isInstanceOf(IllegalStateException.class);
        log.mend();
        int before = log.reads();

        export(folder, format);

        assertThat(log.reads() - before).isLessThanOrEqualTo((CHUNKS + 255) / 256 - 64);
    }

    @ParameterizedTest
    @EnumSource(ExportFormat.class)
    void aLaterExportAddsWhatIsNew(ExportFormat format, @TempDir Path whole) {
        log.with(EventExport.CHUNK + 10);
        export(folder, format);
        log.with(600);
        int before = log.reads();

        Export.Result result = export(folder, format);

        assertThat(log.reads() - before).isLessThanOrEqualTo(4);
        assertThat(result.plan().to()).isEqualTo(EventExport.CHUNK + 610);
        export(whole, format);
        assertThat(Folders.contents(folder)).containsAllEntriesOf(Folders.contents(whole));
    }

    @ParameterizedTest
    @EnumSource(ExportFormat.class)
    void anEntryThatTheCheckpointDoesNotSignIsRefused(ExportFormat format) {
        log.with(500);
        log.edit(77, FakeLog.decided("agent-x", "bank.pay", "deny", FakeLog.START));

        assertThatThrownBy(() -> export(folder, format))
                .isInstanceOf(VerificationException.class)
                .hasMessageContaining("writ audit verify");

        assertThat(folder.resolve("checkpoint")).doesNotExist();
        assertThat(folder.resolve("export.json")).doesNotExist();
    }

    @Test
    void aTileThatSomebodyChangedInTheFolderIsNoticed() throws IOException {
        log.with(70_000);
        export(folder, ExportFormat.TILES);
        Path tile = folder.resolve(new HashTile(1, 0, 256).path());
        byte[] bytes = Files.readAllBytes(tile);
        bytes[3]++;
        Files.write(tile, bytes);
        log.with(1);

        assertThatThrownBy(() -> export(folder, ExportFormat.TILES))
                .isInstanceOf(VerificationException.class)
                .hasMessageContaining("tile/1/000");
    }

    @Test
    void aTreeNeverGetsSmaller() {
        log.with(10).with(10);
        export(folder, ExportFormat.TILES);

        assertThatThrownBy(() -> export(folder, ExportFormat.TILES, Optional.empty(), Optional.of(10L)))
                .hasMessageContaining("the log has been cut");
    }

    @Test
    void aFolderHoldsOneExport() {
        log.with(10);
        export(folder, ExportFormat.CSV);

        assertThatThrownBy(() -> export(folder, ExportFormat.OCSF)).hasMessageContaining("choose an empty folder");
    }

    @Test
    void aTreeIsNotMixedWithOtherFiles() {
        log.with(10);
        export(folder, ExportFormat.TILES);

        assertThatThrownBy(() -> export(folder, ExportFormat.CSV)).hasMessageContaining("choose an empty folder");
    }

    @Test
    void aBundleWithADeletedEntryIsLeftOutAndItsHashesAreNot() {
        log.with(600);
        log.prune(300);

        Export.Result result = export(folder, ExportFormat.TILES);

        assertThat(result.pruned()).isEqualTo(1);
        assertThat(folder.resolve(new EntryBundle(0, 256).path())).exists();
        assertThat(folder.resolve(new EntryBundle(1, 256).path())).doesNotExist();
        assertThat(folder.resolve(new HashTile(0, 1, 256).path())).exists();
    }

    @Test
    void aRangeOfEventsIsThatRange() throws IOException {
        log.with(1000);

        Export.Result result = export(folder, ExportFormat.CLOUDEVENTS, Optional.of(100L), Optional.of(300L));

        List<String> lines = Files.readAllLines(folder.resolve("000000000000.ndjson"));
        assertThat(lines).hasSize(200);
        assertThat(result.written()).isEqualTo(200);
        JsonObject first = (JsonObject) JsonValue.parse(lines.get(0));
        assertThat(first.text("id")).contains("example.com/log/100");
        assertThat(first.text("writindex")).contains("100");
    }

    @Test
    void theExportIsRecordedOnceAndBeforeTheFirstFile() {
        log.with(CHUNKS);
        List<String> recorded = new ArrayList<>();
        Export export = new Export(log, log.key(), ExportFolder.at(folder));
        Runnable run = () -> export.run(
                ExportFormat.CSV,
                Optional.empty(),
                Optional.empty(),
                plan -> {
                    recorded.add(plan.format().text() + Folders.contents(folder));
                    return OptionalLong.of(7);
                },
                (done, total) -> {});
        log.breakAfter(70);
        assertThatThrownBy(run::run).hasMessage("the connection broke");
        log.mend();

        run.run();

        assertThat(recorded).containsExactly("csv{}");
    }

    @Test
    void dataOfACloudEventIsTheLeafByteForByte() throws IOException {
        log.with(3);
        export(folder, ExportFormat.CLOUDEVENTS);

        String line = Files.readAllLines(folder.resolve("000000000000.ndjson")).get(2);

        JsonObject event = (JsonObject) JsonValue.parse(line);
        byte[] leaf = log.leaves().get(2).bytes();
        assertThat(event.object("data").orElseThrow().toBytes()).isEqualTo(leaf);
        assertThat(line).contains("\"data\":" + new String(leaf, UTF_8));
        assertThat(event.text("specversion")).contains("1.0");
        assertThat(event.text("source")).contains("example.com/log");
        assertThat(event.text("type")).contains("dev.writ.decided");
        assertThat(event.text("writleafhash"))
                .contains(Digest.fromBytes(log.leaves().get(2).hash()).value());
        // CloudEvents 1.0, 3.1: names of attributes.
        assertThat(event.members().keySet()).allMatch(name -> name.matches("[a-z0-9]{1,20}"));
    }
}
