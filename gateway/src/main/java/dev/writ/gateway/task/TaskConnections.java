package dev.writ.gateway.task;

import dev.writ.audit.postgres.DatabaseUrl;
import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.AgroalConnectionPoolConfiguration.ConnectionValidator;
import io.agroal.api.configuration.supplier.AgroalConnectionFactoryConfigurationSupplier;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.api.exceptionsorter.PostgreSQLExceptionSorter;
import io.agroal.api.security.NamePrincipal;
import io.agroal.api.security.SimplePassword;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.postgresql.Driver;

/** A small pool of blocking connections to the tasks; the first is made when it is needed. */
final class TaskConnections {

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final Map<String, String> PROPERTIES = Map.of(
            "ApplicationName", "writ-tasks",
            "connectTimeout", "2",
            "socketTimeout", "10",
            "tcpKeepAlive", "true",
            // What is lost by this is the note that a task has run: it runs again, and is safe to.
            "options", "-c synchronous_commit=off -c statement_timeout=5s");

    private static final Set<String> LOGIN = Set.of("user", "password");

    private TaskConnections() {}

    static AgroalDataSource open(DatabaseUrl url, int threads) {
        try {
            return AgroalDataSource.from(new AgroalDataSourceConfigurationSupplier()
                    .connectionPoolConfiguration(pool -> pool
                            // A thread waits for its handler most of the time. One more looks for due tasks, one beats
                            // the heart.
                            .maxSize(threads / 4 + 2)
                            .acquisitionTimeout(PATIENCE)
                            .reapTimeout(Duration.ofMinutes(1))
                            .exceptionSorter(new PostgreSQLExceptionSorter())
                            .connectionValidator(ConnectionValidator.defaultValidator())
                            .idleValidationTimeout(Duration.ofSeconds(5))
                            .connectionFactoryConfiguration(factory -> login(factory, url))));
        } catch (SQLException unusable) {
            throw new IllegalStateException("a pool that connects to nothing yet cannot fail", unusable);
        }
    }

    /** By the driver itself: DriverManager knows only those of the class loader that asked it first. */
    private static AgroalConnectionFactoryConfigurationSupplier login(
            AgroalConnectionFactoryConfigurationSupplier factory, DatabaseUrl url) {
        factory.connectionProviderClass(Driver.class)
                .jdbcUrl(url.jdbcUrl())
                .principal(new NamePrincipal(url.user()))
                .credential(new SimplePassword(url.password()));
        Properties properties = url.jdbcProperties();
        properties.stringPropertyNames().stream()
                .filter(name -> !LOGIN.contains(name))
                .forEach(name -> factory.jdbcProperty(name, properties.getProperty(name)));
        PROPERTIES.forEach(factory::jdbcProperty);
        return factory;
    }
}
