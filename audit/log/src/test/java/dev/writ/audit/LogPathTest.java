package dev.writ.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogPathTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tile/0/000",
                "tile/0/x001/x234/067",
                "tile/0/x001/x234/067.p/8",
                "tile/entries/x001/234.p/255",
                "tile/5/000.p/1"
            })
    void hasOneForm(String path) {
        assertThat(LogPath.parse(path).path()).isEqualTo(path);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "tile/0",
                "tile/0/0",
                "tile/6/000",
                "tile/00/000",
                "tile/0/x000/001",
                "tile/0/000.p/256",
                "tile/0/000.p/0",
                "tile/0/000.p/08",
                "tile/0/000.p/257",
                "tile/-1/000",
                "tile/0/-01",
                "tile/entries/x999/x999/x999/x999/x999/x999/999",
                "tile/5/001",
                "tile/0/000/",
                "/tile/0/000",
                "tile/0/../000"
            })
    void refusesAnythingElse(String path) {
        assertThatIllegalArgumentException().isThrownBy(() -> LogPath.parse(path));
    }
}
