package dev.writ.gateway.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.writ.audit.Column;
import dev.writ.audit.LogPath.EntryBundle;
import dev.writ.audit.TileBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NoneProofTest {

    private static final Duration MARGIN = Duration.ofSeconds(10);

    @TempDir
    private Path folder;

    /** An entry each second. */
    private final FakeLog log = new FakeLog().with(3000);

    private static NoneClaim claim(String agent, long fromSecond, long toSecond) {
        return new NoneClaim(
                Map.of(Column.AGENT, agent), Set.of("DECIDED"), second(fromSecond), second(toSecond), MARGIN, 0, 0);
    }

    private static Instant second(long second) {
        return FakeLog.START.plusSeconds(second);
    }

    private NoneClaim write(NoneClaim claim) {
        return new NoneProof(log, log.key(), ExportFolder.at(folder)).write(claim, (done, total) -> {});
    }

    private NoneFinding check() {
        return NoneCheck.check(ExportFolder.at(folder), log.key(), (done, total) -> {});
    }

    private static String verdict(NoneFinding finding) {
        return finding.fold(proved -> "proved", refuted -> "refuted", NoneFinding.NotProved::why);
    }

    @ParameterizedTest
    @CsvSource({"0,1", "0,2900", "5,6", "246,266", "500,1100", "1000,1000.5", "2000,2985"})
    void whatDidNotHappenIsProvedByLookingAtAllOfTheTime(double from, double to) {
        NoneClaim claim = write(new NoneClaim(
                Map.of(Column.AGENT, "agent-x"),
                Set.of(),
                FakeLog.START.plusMillis((long) (from * 1000)),
                FakeLog.START.plusMillis((long) (to * 1000)),
                MARGIN,
                0,
                0));

        assertThat(claim.first()).isEqualTo((long) Math.max(0, Math.ceil(from) - 10));
        assertThat(claim.end()).isEqualTo((long) Math.ceil(to) + 10);
        assertThat(check()).isEqualTo(new NoneFinding.Proved(claim, 3000, claim.end() - claim.first(), List.of()));
    }

    @Test
    void whatNoEntryCanHaveIsNotProvedToBeAbsent() {
        assertThatThrownBy(() -> of(Map.of(Column.VERDICT, "allowed"), Set.of()))
                .hasMessage("--verdict is allow, deny or escalate");
        assertThatThrownBy(() -> of(Map.of(), Set.of("decided")))
                .hasMessageContaining("--kind is kinds such as DECIDED");
    }

    private static NoneClaim of(Map<Column, String> columns, Set<String> kinds) {
        return new NoneClaim(columns, kinds, second(0), second(1), MARGIN, 0, 0);
    }

    @Test
    void aTimeWithoutAnyEntryIsProvedToo() {
        log.add(FakeLog.decided("agent-1", "bank.pay", "allow", second(100_000)));
        log.checkpoint();

        NoneClaim claim = write(claim("agent-1", 50_000, 60_000));

        assertThat(check()).isEqualTo(new NoneFinding.Proved(claim, 3001, 0, List.of()));
    }

    @Test
    void whatDidHappenIsRefutedAndNamed() {
        write(claim("agent-1", 1000, 1010));

        assertThat(check())
                .isInstanceOfSatisfying(
                        NoneFinding.Refuted.class,
                        refuted -> assertThat(refuted.indices()).containsExactly(1000L, 1003L, 1006L, 1009L));
    }

    @Test
    void whatIsOfTheMarginOnlyIsNoMatchAndIsSaid() {
        NoneClaim claim = claim("agent-1", 1001, 1002);

        write(claim);

        assertThat(check())
                .isInstanceOfSatisfying(
                        NoneFinding.Proved.class,
                        proved ->
                                assertThat(proved.near()).contains(1000L, 1003L).doesNotContain(1001L));
    }

    @Test
    void anEntryThatAReplicasSlowClockWroteLateIsLookedAt() {
        log.add(FakeLog.decided("agent-x", "bank.pay", "allow", second(2500)));
        log.add(FakeLog.decided("agent-1", "bank.pay", "allow", second(4000)));
        log.checkpoint();

        write(claim("agent-x", 2400, 2600));

        assertThat(check())
                .isInstanceOfSatisfying(
                        NoneFinding.Refuted.class,
                        refuted -> assertThat(refuted.indices()).containsExactly(3000L));
    }

    @ParameterizedTest
    @ValueSource(ints = {989, 990, 1000, 1020, 1030, 768, 1279})
    void aChangedEntryIsNoticed(int index) throws IOException {
        write(claim("agent-x", 1000, 1020));
        rewrite(
                index / 256,
                leaves -> leaves.set(
                        index % 256,
                        new String(leaves.get(index % 256), java.nio.charset.StandardCharsets.UTF_8)
                                .replace("bank.pay", "bank.see")
                                .getBytes(java.nio.charset.StandardCharsets.UTF_8)));

        assertThat(verdict(check())).contains("do not make the checkpoint's root");
    }

    @Test
    void aRemovedEntryIsNoticed() throws IOException {
        write(claim("agent-x", 1000, 1020));
        rewrite(3, leaves -> leaves.remove(240));

        assertThat(verdict(check())).contains("a bundle ends after 255 entries");
    }

    @Test
    void anEntryPutInPlaceOfARemovedOneIsNoticed() throws IOException {
        write(claim("agent-x", 1000, 1020));
        rewrite(3, leaves -> leaves.add(leaves.remove(240)));

        assertThat(verdict(check())).contains("do not make the checkpoint's root");
    }

    @Test
    void aClaimAboutAShorterRangeIsNoticed() throws IOException {
        NoneClaim claim = write(claim("agent-1", 1000, 1020));
        Files.write(
                folder.resolve("claim.json"), claim.about(1001, 1002).toJson().toBytes());

        assertThat(verdict(check())).contains("just before the range, is of the time in question");
    }

    @Test
    void aClaimThatIsNotOfTheProvenRangeIsNoticed() throws IOException {
        NoneClaim claim = write(claim("agent-1", 1000, 1020));
        Files.write(
                folder.resolve("claim.json"),
                claim.about(claim.first(), claim.end() - 1).toJson().toBytes());

        assertThat(verdict(check())).contains("just after the range, is of the time in question");
    }

    @ParameterizedTest
    @ValueSource(strings = {"checkpoint", "claim.json", "before.tlog-proof", "after.tlog-proof"})
    void aMissingFileIsNamed(String name) throws IOException {
        write(claim("agent-x", 1000, 1020));
        Files.delete(folder.resolve(name));

        assertThat(verdict(check())).isEqualTo(name + " is missing");
    }

    @Test
    void aProofByAnotherKeyIsNone() {
        write(claim("agent-x", 1000, 1020));

        NoneFinding finding = NoneCheck.check(ExportFolder.at(folder), new FakeLog().key(), (done, total) -> {});

        assertThat(verdict(finding)).contains("signed by no key");
    }

    @Test
    void everyChangedTileIsNoticed() throws IOException {
        write(claim("agent-x", 1000, 1020));
        List<String> unnoticed = new ArrayList<>();
        for (String path : Folders.contents(folder).keySet()) {
            if (path.startsWith("tile/") && !path.startsWith("tile/entries")) {
                byte[] whole = Files.readAllBytes(folder.resolve(path));
                Files.write(folder.resolve(path), new byte[whole.length]);
                if (verdict(check()).equals("proved")) {
                    unnoticed.add(path);
                }
                Files.write(folder.resolve(path), whole);
            }
        }

        // The hashes of the range's own leaves are computed; those tiles are for others who read the tree.
        assertThat(unnoticed).allMatch(path -> path.matches("tile/0/00[34]"));
        assertThat(verdict(check())).isEqualTo("proved");
    }

    @Test
    void nothingIsProvedOfATimeThatIsNotOver() {
        assertThatThrownBy(() -> write(claim("agent-x", 2900, 3100))).hasMessageContaining("may still be written");
    }

    @Test
    void onlyWhatTheProofNeedsIsExported() {
        new FakeLog();
        FakeLog larger = log.with(100_000);

        new NoneProof(larger, larger.key(), ExportFolder.at(folder))
                .write(claim("agent-x", 1000, 1020), (done, total) -> {});

        assertThat(verdict(check())).isEqualTo("proved");
        assertThat(Folders.contents(folder)).hasSizeLessThan(20);
    }

    private interface Edit {
        void of(List<byte[]> leaves);
    }

    private void rewrite(int n, Edit edit) throws IOException {
        Path file = folder.resolve(new EntryBundle(n, 256).path());
        List<byte[]> leaves = new ArrayList<>(TileBytes.leaves(new EntryBundle(n, 256), Files.readAllBytes(file)));
        edit.of(leaves);
        Files.write(file, TileBytes.ofLeaves(leaves));
    }
}
