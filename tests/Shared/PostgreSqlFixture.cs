using Dag.Tests;

[assembly: AssemblyFixture(typeof(PostgreSqlServer))]
