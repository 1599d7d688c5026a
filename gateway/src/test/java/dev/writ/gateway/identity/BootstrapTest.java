package dev.writ.gateway.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.audit.AuditLog;
import dev.writ.audit.Draft;
import dev.writ.audit.LogTail;
import dev.writ.audit.Receipt;
import dev.writ.gateway.auditing.Auditing;
import dev.writ.model.Role;
import io.smallrye.mutiny.Uni;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BootstrapTest {

    private final World world = new World();

    @TempDir
    private Path home;

    @TempDir
    private Path anotherHome;

    private Bootstrap start(Path at) {
        Bootstrap bootstrap = world.bootstrap(at);
        bootstrap.load().await().indefinitely();
        return bootstrap;
    }

    private static Path file(Path at) {
        return at.resolve("bootstrap-key");
    }

    private ApiKey key(Path at) throws IOException {
        PresentedKey presented =
                PresentedKey.parse(Files.readString(file(at)).strip()).orElseThrow();
        return world.directory
                .key(presented.id())
                .filter(key -> key.isOpenedBy(presented))
                .orElseThrow();
    }

    private void makeAdministrator(ApiKey bootstrap) {
        world.keys
                .issue(bootstrap, world.request("root", Set.of(Role.ADMIN)))
                .await()
                .indefinitely();
    }

    @Test
    void aFirstRunLeavesALiveKeyInAFileForItsOwnerOnly() throws IOException {
        start(home);

        assertThat(key(home).isBootstrap()).isTrue();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file(home))))
                .isEqualTo("rw-------");
    }

    @Test
    void aRestartKeepsTheKey() throws IOException {
        start(home);
        String text = Files.readString(file(home));
        start(home);

        assertThat(Files.readString(file(home))).isEqualTo(text);
        assertThat(world.log.size()).isEqualTo(1);
    }

    @Test
    void anotherReplicaMakesNoOther() {
        start(home);
        start(anotherHome);

        assertThat(file(anotherHome)).doesNotExist();
        assertThat(world.log.size()).isEqualTo(1);
    }

    @Test
    void ofTwoReplicasThatStartAtOnceOneMakesTheKey() throws IOException {
        AuditLog overtaken = new AuditLog() {
            private boolean first = true;

            @Override
            public <T> Uni<Receipt<T>> append(Draft<T> draft) {
                if (first) {
                    first = false;
                    start(home);
                }
                return world.log.append(draft);
            }

            @Override
            public LogTail tail() {
                return world.log.tail();
            }
        };
        new Bootstrap(Auditing.journal(overtaken, world), world.state, world.random, World.config(anotherHome))
                .load()
                .await()
                .indefinitely();

        assertThat(key(home).isBootstrap()).isTrue();
        assertThat(file(anotherHome)).doesNotExist();
        assertThat(world.log.size()).isEqualTo(1);
    }

    @Test
    void aKeyThatOnlyGotIntoTheFileIsMadeAtTheNextStart() throws IOException {
        Files.writeString(
                Files.createFile(
                        file(home), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))),
                PresentedKey.mint(world.random).reveal() + "\n");
        String text = Files.readString(file(home));
        start(home);

        assertThat(key(home).isBootstrap()).isTrue();
        assertThat(Files.readString(file(home))).isEqualTo(text);
    }

    @Test
    void theFileGoesWithItsFirstUse() throws IOException {
        start(home);
        ApiKey bootstrap = key(home);
        makeAdministrator(bootstrap);

        assertThat(file(home)).doesNotExist();
        assertThat(world.directory.key(bootstrap.id())).isEmpty();
    }

    @Test
    void onceThereWasAnAdministratorNoOtherIsMade() throws IOException {
        start(home);
        makeAdministrator(key(home));
        long size = world.log.size();
        start(home);
        world.pass(Duration.ofDays(400));
        start(home);

        assertThat(file(home)).doesNotExist();
        assertThat(world.log.size()).isEqualTo(size);
    }

    @Test
    void anExpiredKeyThatWasNeverUsedIsReplaced() throws IOException {
        start(home);
        String expired = key(home).id();
        world.pass(Duration.ofHours(24));
        start(home);

        assertThat(key(home).id()).isNotEqualTo(expired);
        assertThat(key(home).isExpiredAt(world.instant())).isFalse();
    }
}
