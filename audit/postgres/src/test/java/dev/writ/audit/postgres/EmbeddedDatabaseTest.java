package dev.writ.audit.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init") // JUnit makes the folder
class EmbeddedDatabaseTest {

    // One for all tests: making a database takes longer than any of them.
    @TempDir
    private static Path folder;

    private EmbeddedDatabase first;

    @BeforeEach
    void start() {
        first = EmbeddedDatabase.start(folder);
    }

    @AfterEach
    void stop() {
        first.close();
    }

    @Test
    void isDurableAndAsksForAPassword() throws Exception {
        assertThat(Databases.show(first.url(), "fsync")).isEqualTo("on");
        assertThat(Databases.show(first.url(), "full_page_writes")).isEqualTo("on");
        assertThat(Databases.show(first.url(), "synchronous_commit")).isEqualTo("on");
        assertThat(Databases.show(first.url(), "listen_addresses")).isEqualTo("127.0.0.1");
        assertThat(Databases.show(first.url(), "unix_socket_directories")).isEmpty();
        assertThatThrownBy(() -> Databases.connect(first.url().as("postgres", "guessed")))
                .isInstanceOf(SQLException.class);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("password"))))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                .isEqualTo("rwx------");
    }

    @Test
    void noSettingOfTheDatabaseMakesItLessDurable() throws Exception {
        TestDatabase.execute(first.url(), "ALTER SYSTEM SET fsync = off", "ALTER SYSTEM SET full_page_writes = off");
        first.close();

        first = EmbeddedDatabase.start(folder);

        assertThat(Databases.show(first.url(), "fsync")).isEqualTo("on");
        assertThat(Databases.show(first.url(), "full_page_writes")).isEqualTo("on");
    }

    @Test
    void refusesADatabaseThatLosesWhatItAcknowledged() {
        TestDatabase.execute(first.url(), "ALTER ROLE postgres SET synchronous_commit = off");

        assertThatThrownBy(() -> EmbeddedDatabase.start(folder))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("synchronous_commit is off");

        TestDatabase.execute(first.url(), "ALTER ROLE postgres RESET synchronous_commit");
    }

    @Test
    void keepsDataAndAddress() {
        TestDatabase.execute(first.url(), "CREATE TABLE IF NOT EXISTS kept ()");
        DatabaseUrl before = first.url();
        first.close();

        first = EmbeddedDatabase.start(folder);

        assertThat(first.url()).isEqualTo(before);
        TestDatabase.execute(first.url(), "SELECT FROM kept");
    }

    @Test
    void lastOfOneProcessStopsIt() {
        EmbeddedDatabase second = EmbeddedDatabase.start(folder);
        assertThat(second.url()).isEqualTo(first.url());

        first.close();
        first.close();
        assertThat(answers()).isTrue();

        second.close();
        assertThat(answers()).isFalse();
    }

    @Test
    void lastOfSeveralProcessesStopsIt() throws Exception {
        try (OtherProcess other = OtherProcess.using(folder)) {
            assertThat(other.url()).isEqualTo(first.url().jdbcUrl());

            first.close();
            assertThat(answers()).isTrue();

            other.finish();
            assertThat(answers()).isFalse();
        }
    }

    @Test
    void aProcessThatLeavesDoesNotStopItForTheOthers() throws Exception {
        try (OtherProcess other = OtherProcess.using(folder)) {
            other.finish();
        }

        assertThat(answers()).isTrue();
    }

    @Test
    void adoptsTheServerOfAKilledProcess() throws Exception {
        first.close();
        String url;
        try (OtherProcess killed = OtherProcess.using(folder)) {
            url = killed.url();
            killed.kill();
        }
        assertThat(answers()).isTrue();

        first = EmbeddedDatabase.start(folder);

        assertThat(first.url().jdbcUrl()).isEqualTo(url);
        first.close();
        assertThat(answers()).isFalse();
    }

    @Test
    void recoversFromAServerThatWasKilled() throws Exception {
        TestDatabase.execute(first.url(), "CREATE TABLE IF NOT EXISTS kept ()");
        long server = PostmasterFile.read(folder.toRealPath().resolve(EmbeddedServer.DATA))
                .orElseThrow()
                .process();
        ProcessHandle.of(server).orElseThrow().destroyForcibly();
        first.close();

        first = EmbeddedDatabase.start(folder);

        TestDatabase.execute(first.url(), "SELECT FROM kept");
    }

    @Test
    void ignoresTheNumberOfADeadServerThatBelongsToAnotherProgramNow() throws Exception {
        first.close();
        Files.writeString(
                folder.resolve(EmbeddedServer.DATA).resolve("postmaster.pid"),
                ProcessHandle.current().pid() + "\n/elsewhere\n1\n5432\n\n127.0.0.1\n1 1\nready\n");

        first = EmbeddedDatabase.start(folder);

        assertThat(answers()).isTrue();
    }

    @Test
    void takesAnotherPortIfItsOwnWasTaken() throws Exception {
        first.close();
        try (var taken = new ServerSocket(first.url().port(), 1, InetAddress.getLoopbackAddress())) {
            first = EmbeddedDatabase.start(folder);

            assertThat(first.url().port()).isNotEqualTo(taken.getLocalPort());
        }
    }

    @Test
    void saysInOneLineWhyAFolderCannotBeUsed() throws IOException {
        Path file = Files.createTempFile(folder, "a", "file");

        assertThatThrownBy(() -> EmbeddedDatabase.start(file.resolve("below")))
                .isInstanceOf(DatabaseException.class)
                .hasMessageStartingWith("cannot keep a database in " + file)
                .message()
                .hasLineCount(1);
    }

    @Test
    void saysThatThePasswordIsMissing() throws IOException {
        first.close();
        Path password = folder.resolve("password");
        Path kept = Files.move(password, folder.resolve("kept"));

        assertThatThrownBy(() -> EmbeddedDatabase.start(folder))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("password is missing");

        Files.move(kept, password);
    }

    @Test
    void namesTheArchiveOfEachPlatform() {
        assertThat(ServerBinaries.archive("Linux", "amd64")).isEqualTo("postgres-linux-x86_64.txz");
        assertThat(ServerBinaries.archive("Linux", "aarch64")).isEqualTo("postgres-linux-arm_64.txz");
        assertThat(ServerBinaries.archive("Mac OS X", "aarch64")).isEqualTo("postgres-darwin-arm_64.txz");
        assertThat(getClass().getResource("/" + ServerBinaries.archive("Linux", "amd64")))
                .isNotNull();
        assertThat(getClass().getResource("/" + ServerBinaries.archive("Linux", "aarch64")))
                .isNotNull();
        assertThat(getClass().getResource("/" + ServerBinaries.archive("Mac OS X", "aarch64")))
                .isNotNull();
    }

    private boolean answers() {
        try (Connection connection = Databases.connect(first.url())) {
            return connection.isValid(1);
        } catch (SQLException refused) {
            return false;
        }
    }
}
